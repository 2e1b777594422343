package import Artifacts
package import Features
package import Kernel

/// The project while it is being built: a value that tool calls change, one at a time, within a build's rules.
package struct Workspace: Sendable {
    /// SHA-256 in lower-case hexadecimal. Injected, since the hash lives in C and this decides purely.
    package typealias Hash = @Sendable ([UInt8]) -> String

    package private(set) var tree: FileTree
    /// The approved test files: in the project from the start, and not the implementer's to change.
    package let tests: [FilePath: String]
    /// What the last call changed.
    package private(set) var changes: [FileChange] = []

    /// Files that were refused for what is only likely to be wrong with them.
    var doubted: Set<FilePath> = []
    /// Those of them that were sent again with a reason: the model answers for them.
    var vouched: Set<FilePath> = []

    let hash: Hash
    let rules: FileRules

    /// - Parameter planned: the plan's files; another one needs a reason.
    /// - Throws: when the tests do not fit beside the files that are there already.
    package init(
        files: FileTree = FileTree(), tests: [SourceFile] = [], planned: [FilePath] = [], hash: @escaping Hash
    ) throws(FileTreeError) {
        tree = files
        rules = FileRules(planned: Set(planned))
        self.tests = Dictionary(tests.map { ($0.path, $0.content) }, uniquingKeysWith: { _, last in last })
        self.hash = hash
        for file in tests { try tree.write(file.content, to: file.path) }
    }

    package func sha256(of path: FilePath) -> String? { tree[path].map { hash(Array($0.utf8)) } }

    /// Files that mean something by being there, whatever is in them.
    package static func mayBeEmpty(_ path: FilePath) -> Bool {
        ["__init__.py", "py.typed", ".gitkeep", ".keep", ".nojekyll"].contains(path.name)
    }

    /// Carries out a call whose input has passed the tool's schema; `finish` is the loop's to judge.
    ///
    /// - Parameter isCut: the answer ended in this call, at its maximum length.
    mutating func perform(_ tool: ImplementerTool, _ input: JSON, isCut: Bool = false) -> ToolOutcome {
        changes = []
        switch tool {
        case .writeFiles: return write(input["files"]?.array ?? [], isCut: isCut)
        case .listFiles: return .done(listing())
        case .search:
            let search = Search(
                text: input["text"]?.string ?? "", wildcards: input["wildcards"]?.bool ?? false,
                ignoresCase: input["ignore_case"]?.bool ?? false, path: input["path"]?.string)
            return .done(search.result(in: tree))
        case .editFile, .readFile, .deleteFile:
            do throws(FilePathError) {
                let path = try FilePath(input["path"]?.string ?? "")
                guard let content = tree[path] else { return missing(path) }
                switch tool {
                case .editFile: return edit(path, content, input)
                case .deleteFile: return delete(path, content, Self.reason(input))
                default: return .done("\(line(path))\n\n\(Self.readable(content))")
                }
            } catch {
                return .nonsense("Refused: \(error.sentence).")
            }
        case .finish: return .refused("finish cannot be carried out here.")
        }
    }

    mutating func forgetChanges() { changes = [] }

    private static func reason(_ input: JSON) -> String? {
        guard let reason = input["reason"]?.string, !reason.allSatisfy(\.isWhitespace) else { return nil }
        return reason
    }

    private mutating func write(_ files: [JSON], isCut: Bool) -> ToolOutcome {
        var accepted: [String] = []
        var refused: [String] = []
        var isNonsense = true
        for (index, file) in files.enumerated() {
            let text = file["path"]?.string ?? ""
            do throws(FilePathError) {
                let path = try FilePath(text)
                isNonsense = false
                let content = file["content"]?.string ?? ""
                if isCut, index == files.count - 1, content.last?.isNewline != true {
                    refused.append("\(path) was cut at the maximum length of an answer: send it alone")
                } else if let refusal = put(content, at: path, reason: Self.reason(file)) {
                    refused.append(refusal)
                } else {
                    accepted.append(line(path))
                }
            } catch {
                refused.append("\"\(Sentences.shortened(text, to: 80))\": \(error.sentence)")
            }
        }
        var parts: [String] = []
        if !accepted.isEmpty { parts.append("Written:\n\(Sentences.list(accepted))") }
        if !refused.isEmpty { parts.append("Refused, mend and send only these again:\n\(Sentences.list(refused))") }
        let result = parts.joined(separator: "\n\n")
        if refused.isEmpty { return .done(result) }
        // What was accepted counts, even beside a path that can never be.
        return isNonsense ? .nonsense(result) : .refused(result)
    }

    /// As much of a file as one result shows: a file may be larger than what a model can read.
    private static let readableBytes = 100_000

    private static func readable(_ content: String) -> String {
        guard content.utf8.count > readableBytes else { return content }
        var bytes = 0
        let shown = content.prefix {
            bytes += $0.utf8.count
            return bytes <= readableBytes
        }
        return "\(shown)\n\n(Cut here: the file has \(content.utf8.count) bytes, of which the first are shown.)"
    }

    private mutating func edit(_ path: FilePath, _ content: String, _ input: JSON) -> ToolOutcome {
        let current = hash(Array(content.utf8))
        guard input["base_sha256"]?.string?.lowercased() == current else {
            return .refused(
                "Refused: \(path) has changed since; its sha256 is \(current). Read it and edit what is there now.")
        }
        let find = Array((input["find"]?.string ?? "").utf8)
        let bytes = Array(content.utf8)
        let places = Needle(find).places(in: bytes)
        guard places.count == 1 else {
            return .refused(
                places.isEmpty
                    ? "Refused: the text to find is not in \(path). Read it and copy the text exactly, spaces included."
                    : "Refused: the text to find occurs \(places.count) times in \(path). Take more lines around it.")
        }
        let replacement = input["replace"]?.string ?? ""
        let edited =
            String(decoding: bytes[..<places[0]], as: UTF8.self) + replacement
            + String(decoding: bytes[(places[0] + find.count)...], as: UTF8.self)
        guard edited != content else { return .refused("Refused: this edit changes nothing in \(path).") }
        if let refusal = put(edited, at: path, reason: Self.reason(input), edited: true) {
            return .refused("Refused: \(refusal).")
        }
        return .done("Edited: \(line(path))")
    }

    private mutating func delete(_ path: FilePath, _ content: String, _ reason: String?) -> ToolOutcome {
        guard tests[path] == nil else { return .refused("Refused: \(Self.approved(path)).") }
        if reason == nil, let refusal = rules.deletion(of: path, content) { return .refused("Refused: \(refusal).") }
        tree.remove(path)
        changes = [FileChange(path: path, kind: .deleted)]
        return .done("Deleted: \(path)")
    }

    /// Puts the content there, or says why not.
    private mutating func put(
        _ content: String, at path: FilePath, reason: String?, edited: Bool = false
    ) -> String? {
        let old = tree[path]
        // The same file again is no change: models send approved tests along with their code.
        if old == content {
            if reason != nil, doubted.contains(path) { vouched.insert(path) }
            return nil
        }
        if tests[path] != nil { return Self.approved(path) }
        if let refusal = rules.refusal(of: content, at: path, old: old, reason: reason, edited: edited) {
            return refusal
        }
        let isVouched = reason != nil && doubted.contains(path)
        if !edited, !isVouched, let refusal = rules.damage(of: content, at: path) {
            doubted.insert(path)
            return refusal
        }
        do throws(FileTreeError) {
            try tree.write(content, to: path)
        } catch {
            return error.sentence
        }
        if isVouched { vouched.insert(path) } else if !edited { vouched.remove(path) }
        changes.append(FileChange(path: path, kind: old == nil ? .created : .changed))
        return nil
    }

    private static func approved(_ path: FilePath) -> String {
        "\(path) is an approved test and stays as it is: change the code that it tests"
    }

    private func missing(_ path: FilePath) -> ToolOutcome {
        .refused("Refused: there is no \(path). list_files shows what there is.")
    }

    /// What every result says of a file, so that the next edit can name the content it is based on.
    func line(_ path: FilePath) -> String {
        "\(path) sha256=\(sha256(of: path) ?? "") bytes=\(tree[path]?.utf8.count ?? 0)"
    }

    func listing() -> String {
        tree.paths.isEmpty ? "There are no files yet." : Sentences.list(tree.paths.map { line($0) + note($0) })
    }

    private func note(_ path: FilePath) -> String { tests[path] == nil ? "" : " (approved test)" }
}

/// One file that a tool call touched, for the people who watch.
package struct FileChange: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case created, changed, deleted
    }

    package let path: FilePath
    package let kind: Kind

    package init(path: FilePath, kind: Kind) {
        self.path = path
        self.kind = kind
    }
}
