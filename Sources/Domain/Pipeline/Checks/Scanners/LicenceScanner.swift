import Artifacts
import Features
import Kernel

/// Licences that bind whoever hands the project on, as far as they can be read in its files.
enum LicenceScanner {
    /// A file that says it is under a copyleft licence, in a project that does not.
    static func scan(_ content: String, at path: FilePath, in tree: FileTree) -> [ScanHit] {
        switch path.name {
        case "package-lock.json": return locked(content, path, list: "packages")
        case "composer.lock": return locked(content, path, list: "packages")
        default: break
        }
        guard !isText(path), !isCopyleft(tree) else { return [] }
        // Headers are at the head.
        let head = String(content.prefix(4_000))
        guard
            let line = head.numberedLines.first(where: {
                $0.number <= 40 && saysCopyleft($0.line) && isComment($0.line)
            })
        else {
            return []
        }
        return [ScanHit(copied, path, line: line.number)]
    }

    /// What the project says of its own.
    static func scan(_ tree: FileTree) -> [ScanHit] {
        let manifests = ["package.json", "pyproject.toml", "Cargo.toml", "composer.json"]
        guard let manifest = tree.paths.first(where: { manifests.contains($0.text) }) else { return [] }
        let says = tree.paths.contains { path in
            let name = path.name.lowercased()
            if name.hasPrefix("license") || name.hasPrefix("licence") || name.hasPrefix("copying") { return true }
            guard path.directories.isEmpty, name.hasPrefix("readme") || manifests.contains(path.text) else {
                return false
            }
            let text = (tree[path] ?? "").lowercased()
            return text.contains("licen") || text.contains("all rights reserved") || text.contains("\"private\": true")
        }
        return says ? [] : [ScanHit(silent, manifest, line: 0)]
    }

    private static let silent = ScanRule(
        "licence/not-said", .low, "Nothing says under which licence this may be used",
        detail: "Whoever gets the project does not know what they may do with it.",
        fix:
            "Say it in the README: the licence's name, or that the owner has not chosen one and all rights are reserved."
    )
    private static let copied = ScanRule(
        "licence/copyleft-file", .medium, "A file is under a copyleft licence",
        detail: "Its terms reach whatever it is handed on with; it may have been copied from somebody's work.",
        fix: "Write the file anew, or have the owner decide for that licence.")
    private static let dependency = ScanRule(
        "licence/copyleft-dependency", .low, "A dependency is under a copyleft licence",
        detail: "Its terms may reach the project.", fix: "Choose another package, or have the owner decide for it.")

    private static let signs = [
        "gnu general public license", "gnu affero general public", "gpl-2.0", "gpl-3.0", "agpl-3.0", "gplv2", "gplv3",
        "server side public license", "sspl-1.0",
    ]

    private static func saysCopyleft(_ text: String) -> Bool {
        let lower = text.lowercased()
        return signs.contains(where: lower.contains) && !lower.contains("lesser general") && !lower.contains("lgpl")
    }

    /// The licence of a file stands in a comment; code may well speak of licences.
    private static func isComment(_ line: String) -> Bool {
        let text = line.withoutMargins
        return ["#", "//", "*", "/*", "<!--", "--", ";", "%", "\"\"\""].contains(where: text.hasPrefix)
            || !text.contains { "\"'=(){}[]".contains($0) }
    }

    private static func isText(_ path: FilePath) -> Bool {
        let name = path.name.lowercased()
        return ["md", "txt", "rst", "json", "lock", "yaml", "yml", "csv", "toml", "html"].contains(path.suffix)
            || name.hasPrefix("license") || name.hasPrefix("licence") || name.hasPrefix("copying")
    }

    /// The project itself is under such a licence, by its own word.
    private static func isCopyleft(_ tree: FileTree) -> Bool {
        tree.paths.contains { path in
            let name = path.name.lowercased()
            guard path.directories.isEmpty, name.hasPrefix("licen") || name.hasPrefix("copying") else { return false }
            return (tree[path] ?? "").numberedLines.prefix(10).contains { saysCopyleft($0.line) }
        }
    }

    /// npm's lockfile and Composer's name each package's licence.
    private static func locked(_ content: String, _ path: FilePath, list: String) -> [ScanHit] {
        guard let json = try? JSON(parsing: content) else { return [] }
        let packages = json[list]?.array ?? json[list]?.object?.members.map(\.value) ?? []
        let isBound = packages.contains { package in
            let names = package["license"]?.array?.compactMap(\.string) ?? [package["license"]?.string ?? ""]
            // Of several, the user chooses.
            return names.contains(where: saysCopyleft) && names.count == 1 && !names[0].lowercased().contains(" or ")
        }
        return isBound ? [ScanHit(dependency, path, line: 0)] : []
    }
}
