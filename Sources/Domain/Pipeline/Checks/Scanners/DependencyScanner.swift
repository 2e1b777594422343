import Artifacts
import Features
import Kernel

/// What is built upon, and whether it is the same tomorrow: versions, sources and lockfiles.
enum DependencyScanner {
    static func scan(_ tree: FileTree) -> [ScanHit] {
        tree.paths.flatMap { path -> [ScanHit] in
            guard let content = tree[path], !isForeign(path) else { return [] }
            switch path.name {
            case "package.json": return manifest(content, path, tree)
            case "pyproject.toml": return project(content, path, tree)
            case "go.mod": return module(content, path, tree)
            case "Cargo.toml": return loose(content, path) { $0.contains("= \"*\"") }
            case "Gemfile": return gems(content, path, tree)
            case "composer.json": return manifest(content, path, tree, lists: ["require", "require-dev"])
            case "pom.xml":
                return loose(content, path) { $0.contains("<version>LATEST<") || $0.contains("<version>RELEASE<") }
            case let name where name.hasPrefix("requirements") && name.hasSuffix(".txt"):
                return requirements(content, path)
            case let name where name.hasSuffix(".csproj"): return loose(content, path) { $0.contains("Version=\"*\"") }
            default: return []
            }
        }
    }

    /// Somebody else's manifest, brought along.
    static func isForeign(_ path: FilePath) -> Bool {
        path.segments.contains { ["node_modules", "vendor", "third_party", "site-packages"].contains($0) }
    }

    static let unpinned = ScanRule(
        "deps/unpinned", .low, cwe: 1357, "A dependency has no version",
        detail: "Whatever is newest on the day of installing is what runs; nobody has reviewed that.",
        fix: "Name the version, exactly or with a lockfile.")
    static let wildcard = ScanRule(
        "deps/wildcard", .medium, cwe: 1357, "A dependency may be any version",
        detail: "A taken-over package gets in with its next release.", fix: "Name the version that was reviewed.")
    static let unlocked = ScanRule(
        "deps/no-lockfile", .low, cwe: 1357, "Versions are ranges, and there is no lockfile",
        detail: "Two installations may run different code.", fix: "Name exact versions, or add the lockfile.")
    static let source = ScanRule(
        "deps/source", .medium, cwe: 829, "A dependency comes from an address, not from the registry",
        detail: "What is there may change at any time, and nobody signs for it.",
        fix: "Use the registry's package, or name the commit.")
    static let index = ScanRule(
        "deps/untrusted-index", .high, cwe: 494, "Packages are fetched without checking who sends them",
        detail: "Anyone on the way puts code in.", fix: "Use https, and no trusted-host.")
    static let script = ScanRule(
        "deps/install-script", .high, cwe: 494, "Installing runs a script from the network",
        detail: "Who controls that address runs code on every machine that installs this.", fix: "Take the script out.")

    // MARK: Python

    private static func requirements(_ content: String, _ path: FilePath) -> [ScanHit] {
        content.numberedLines.compactMap { number, line in
            let text = line.prefix { $0 != "#" }.withoutMargins
            guard !text.isEmpty else { return nil }
            if text.hasPrefix("-") {
                let isOpen = text.contains("--trusted-host") || text.contains("url http://")
                return isOpen ? ScanHit(index, path, line: number) : nil
            }
            guard let rule = rule(forRequirement: text) else { return nil }
            return ScanHit(rule, path, line: number)
        }
    }

    private static func rule(forRequirement text: String) -> ScanRule? {
        let requirement = text.prefix { $0 != ";" }
        if requirement.contains("://") {
            // A commit is forty digits; a branch or nothing is not fixed.
            let commit = requirement.split(separator: "@").last?.prefix { $0.isHexDigit }.count ?? 0
            return commit == 40 || requirement.contains("sha256=") ? nil : source
        }
        if requirement.contains("==*") || requirement.contains(">=0") && !requirement.contains("<") { return wildcard }
        return requirement.contains { "=<>~".contains($0) } ? nil : unpinned
    }

    private static func project(_ content: String, _ path: FilePath, _ tree: FileTree) -> [ScanHit] {
        var hits: [ScanHit] = []
        var section = ""
        var isList = false
        var hasRange = false
        for (number, line) in content.numberedLines {
            let text = line.withoutMargins
            if text.hasPrefix("["), !isList { section = text }
            let compact = text.filter { !$0.isWhitespace }
            if section == "[project]", compact.hasPrefix("dependencies=[") { isList = true }
            if isList {
                for quoted in text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
                where quoted.offset % 2 == 1 && !quoted.element.isEmpty {
                    let requirement = String(quoted.element)
                    if let rule = rule(forRequirement: requirement) { hits.append(ScanHit(rule, path, line: number)) }
                    if !requirement.contains("==") { hasRange = true }
                }
                if compact.hasSuffix("]") || compact == "]," { isList = false }
            } else if section.hasPrefix("[tool.poetry"), section.hasSuffix("dependencies]"), compact.hasSuffix("=\"*\"")
            {
                hits.append(ScanHit(wildcard, path, line: number))
            }
        }
        let locks = ["poetry.lock", "uv.lock", "pdm.lock", "requirements.txt", "pylock.toml"]
        if hits.isEmpty, hasRange, !has(locks, beside: path, tree) { hits.append(ScanHit(unlocked, path, line: 0)) }
        return hits
    }

    // MARK: JavaScript, PHP

    private static func manifest(
        _ content: String, _ path: FilePath, _ tree: FileTree,
        lists: [String] = ["dependencies", "devDependencies", "optionalDependencies"]
    ) -> [ScanHit] {
        guard let json = try? JSON(parsing: content) else { return [] }
        var hits: [ScanHit] = []
        var hasRange = false
        for list in lists {
            for member in json[list]?.object?.members ?? [] {
                guard let version = member.value.string, member.key != "php", !member.key.hasPrefix("ext-") else {
                    continue
                }
                let line = content.numberedLines.first { $0.line.contains("\"\(member.key)\"") }?.number ?? 0
                if ["*", "latest", "", "x", "X", "next"].contains(version) {
                    hits.append(ScanHit(wildcard, path, line: line))
                } else if isAddress(version) {
                    let isFixed = version.split(separator: "#").last.map {
                        $0.count == 40 && $0.allSatisfy(\.isHexDigit)
                    }
                    if isFixed != true { hits.append(ScanHit(source, path, line: line)) }
                } else if version.first.map({ !$0.isNumber }) ?? false, !version.hasPrefix("workspace:"),
                    !version.hasPrefix("file:")
                {
                    hasRange = true
                }
            }
        }
        for member in json["scripts"]?.object?.members ?? []
        where ["preinstall", "install", "postinstall"].contains(member.key) {
            if ShellRules.pipesToShell(member.value.string ?? "") {
                let line = content.numberedLines.first { $0.line.contains("\"\(member.key)\"") }?.number ?? 0
                hits.append(ScanHit(script, path, line: line))
            }
        }
        let locks = [
            "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "npm-shrinkwrap.json", "composer.lock",
        ]
        if hasRange, !has(locks, beside: path, tree) { hits.append(ScanHit(unlocked, path, line: 0)) }
        return hits
    }

    private static func isAddress(_ version: String) -> Bool {
        version.contains("://") || version.hasPrefix("git+") || version.hasPrefix("github:")
            || version.hasPrefix("git@")
    }

    // MARK: Others

    private static func module(_ content: String, _ path: FilePath, _ tree: FileTree) -> [ScanHit] {
        content.numberedLines.contains {
            $0.line.contains(" v") && $0.line.contains(".") && !$0.line.withoutMargins.hasPrefix("//")
        }
            && !has(["go.sum"], beside: path, tree) ? [ScanHit(unlocked, path, line: 0)] : []
    }

    private static func gems(_ content: String, _ path: FilePath, _ tree: FileTree) -> [ScanHit] {
        guard !has(["Gemfile.lock"], beside: path, tree) else { return [] }
        return content.numberedLines.compactMap { number, line in
            let text = line.withoutMargins
            return text.hasPrefix("gem ") && !text.contains(",") ? ScanHit(unpinned, path, line: number) : nil
        }
    }

    private static func loose(_ content: String, _ path: FilePath, _ isLoose: (String) -> Bool) -> [ScanHit] {
        content.numberedLines.compactMap { isLoose($0.line) ? ScanHit(wildcard, path, line: $0.number) : nil }
    }

    private static func has(_ names: [String], beside path: FilePath, _ tree: FileTree) -> Bool {
        let folder = path.directories.last.map { $0 + "/" } ?? ""
        return (["", folder]).contains { place in
            names.contains { name in (try? FilePath(place + name)).map { tree[$0] != nil } ?? false }
        }
    }
}
