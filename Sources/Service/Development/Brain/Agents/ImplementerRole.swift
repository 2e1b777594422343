import Kernel
import ModelGateway

/// Builds the project through the tools: whole files in a few calls, one edit of the README when all stand, `finish`.
///
/// Where it is, it reads from the results of its earlier calls; nothing is remembered between requests.
enum ImplementerRole {
    /// Characters of code in one call: about what one answer of a model holds comfortably.
    private static let callSize = 12_000

    static func reply(to exchange: Exchange) -> [BrainBlock] {
        let files = PythonProject(exchange.product).codeFiles
        let history = History(exchange)
        let waiting = files.filter { history.hashes[$0.path] == nil }
        if !waiting.isEmpty { return [write(next(of: waiting))] }
        if let edit = edit(files, exchange, history) { return [edit] }
        let stale = stale(files, exchange)
        if !stale.isEmpty {
            let reason: JSON = "No task and no test names it any more."
            return stale.map { .tool(name: "delete_file", input: ["path": .string($0), "reason": reason]) }
        }
        return [.tool(name: "finish", input: finish(files, exchange))]
    }

    /// Files of an earlier revision that this product has no more, as far as they were shown; each tried once.
    private static func stale(_ files: [ProjectFile], _ exchange: Exchange) -> [String] {
        guard exchange.tools.contains("delete_file") else { return [] }
        let tests = exchange.json("tests")?["files"]?.array?.compactMap { $0["path"]?.string } ?? []
        let tried = exchange.calls.filter { $0.name == "delete_file" }.compactMap { $0.input["path"]?.string }
        let kept = Set(files.map(\.path) + tests + tried)
        return exchange.files.map(\.path).filter { !kept.contains($0) }
    }

    private static func next(of waiting: [ProjectFile]) -> [ProjectFile] {
        var size = 0
        let fitting = waiting.prefix(100).prefix { file in
            size += file.content.count
            return size <= callSize
        }
        return fitting.isEmpty ? [waiting[0]] : Array(fitting)
    }

    private static func write(_ files: [ProjectFile]) -> BrainBlock {
        .tool(name: "write_files", input: ["files": .array(files.map(\.json))])
    }

    /// The README's status is written last, when it is true; skipped once it was tried twice.
    private static func edit(_ files: [ProjectFile], _ exchange: Exchange, _ history: History) -> BrainBlock? {
        let readme = "README.md"
        guard exchange.tools.contains("edit_file"), let hash = history.hashes[readme], history.edits < 2,
            !history.isEdited,
            files.contains(where: { $0.path == readme })
        else { return nil }
        return .tool(
            name: "edit_file",
            input: [
                "path": .string(readme), "base_sha256": .string(hash), "find": .string(PythonProject.unfinished),
                "replace": .string(status(exchange)),
            ])
    }

    private static func status(_ exchange: Exchange) -> String {
        let product = exchange.product
        let findings = (exchange.json("findings")?.array ?? []).compactMap { $0["title"]?.string }
        let enforced = product.rules.count - product.policies.count
        var status = "Every task of the plan is done. \(enforced) rule(s) are enforced by the program"
        status += product.policies.isEmpty ? "." : "; \(product.policies.count) are policies that people keep."
        if !findings.isEmpty {
            let titles = findings.map { PythonText.prose(BriefFinisher.shorten($0, to: 120)) }
            status += "\n\nMended after review: \(titles.joined(separator: "; "))."
        }
        return status
    }

    private static func finish(_ files: [ProjectFile], _ exchange: Exchange) -> JSON {
        let product = exchange.product
        let planned = exchange.json("plan")?["tasks"]?.array ?? PlannerRole.plan(for: product)["tasks"]?.array ?? []
        let written = Set(files.map(\.path)).union(
            exchange.json("tests")?["files"]?.array?.compactMap { $0["path"]?.string } ?? [])
        let tasks = planned.map { task -> JSON in
            ["id": task["id"] ?? "", "files": .texts(task.texts("files").filter(written.contains))]
        }
        let policies = product.policies.count
        let summary =
            "\(product.title) is a Python package with a command line that keeps \(EnglishWords.list(product.entities.map(\.plural))) in one "
            + "SQLite file. \(product.rules.count - policies) of \(product.rules.count) rules are enforced by the program and named when "
            + "something is refused. "
            + (policies == 0
                ? "" : "\(policies) could not be turned into a check; they are listed as policies that people keep. ")
            + "The README says how to use it and how to run its tests. Nothing was run while building it."
        return ["summary": .string(summary), "tasks": .array(tasks)]
    }

    /// What earlier calls came to.
    private struct History {
        /// The latest sha256 of each file that a result has shown as written.
        var hashes: [String: String] = [:]
        var edits = 0
        var isEdited = false

        init(_ exchange: Exchange) {
            // A shortened conversation lists the files that are there in its first message.
            for case .text(let text) in exchange.messages.first?.content ?? []
            where text.contains("These files are there now:") {
                note(text)
            }
            for call in exchange.calls {
                switch call.name {
                case "edit_file":
                    edits += 1
                    if !call.isError { isEdited = true }
                    note(call.result ?? "")
                case "write_files", "read_file", "list_files": note(call.result ?? "")
                default: break
                }
            }
        }

        /// Takes in every "path sha256=hex" of a result.
        private mutating func note(_ text: String) {
            for line in text.split(whereSeparator: \.isNewline) {
                guard let mark = line.firstRange(of: " sha256=") else { continue }
                let hash = line[mark.upperBound...].prefix { $0.isHexDigit }
                guard hash.count == 64, let path = line[..<mark.lowerBound].split(separator: " ").last else { continue }
                hashes[String(path)] = String(hash)
            }
        }
    }
}
