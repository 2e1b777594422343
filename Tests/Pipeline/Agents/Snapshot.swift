import Git
import Glibc
import Kernel
import ModelGateway
import Testing

/// Files in `Tests/Pipeline/Snapshots`: what is sent to models, to be read and reviewed like code.
enum Snapshot {
    static let command = "SPECWRIGHT_RECORD_SNAPSHOTS=1 tools/test --filter 'Snapshots'"

    static var isRecording: Bool { getenv("SPECWRIGHT_RECORD_SNAPSHOTS").map { String(cString: $0) } == "1" }

    static let folder =
        "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/") + "/Snapshots"

    /// Holds `text` against the file, or writes it there when recording.
    static func check(_ text: String, _ name: String) throws {
        let path = "\(folder)/\(name)"
        let recorded = try read(path)
        if isRecording {
            if recorded != text { try write(text, to: path) }
            return
        }
        guard recorded != text else { return }
        let old = recorded.map { GitFile(path: name, bytes: Array($0.utf8)) }
        let patch = try TreeDiff.between(old.map { [$0] } ?? [], [GitFile(path: name, bytes: Array(text.utf8))])
            .map { String(decoding: $0.patch, as: UTF8.self) }.joined()
        Issue.record(
            """
            What is sent has changed (\(name)). If that was meant: raise the prompt's version and say why in \
            Prompts/CHANGELOG.md if its text changed, record with
                \(command)
            and commit the snapshot with the change. The difference:
            \(patch.prefix(6_000))
            """)
    }

    static func read(_ path: String) throws -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw CannotWrite(path: path) }
        defer { fclose(file) }
        let bytes = Array(text.utf8)
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw CannotWrite(path: path) }
    }

    struct CannotWrite: Error { let path: String }
}

extension ModelRequest {
    /// The whole request, for people: nothing that is sent is left out.
    var transcript: String {
        var lines = [
            "model \(model), at most \(maxTokens) tokens, tool choice \(choice), last message "
                + (cacheLastMessage ? "cached" : "not cached"),
            "about \(inputTokensEstimate) tokens to read, by the estimate that budgets are reserved by",
        ]
        for (index, block) in system.enumerated() {
            lines += ["", "=== system \(index + 1)\(block.cache ? ", cached" : "") ===", block.text]
        }
        for tool in tools {
            lines += ["", "=== tool \(tool.name) ===", tool.description, tool.schema.json.indented()]
        }
        for message in messages {
            for block in message.content {
                lines += ["", "=== \(message.role.rawValue): \(block.label) ===", block.shown]
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var choice: String {
        switch toolChoice {
        case .auto: "auto"
        case .any: "any"
        case .tool(let name): name
        }
    }
}

extension ContentBlock {
    fileprivate var label: String {
        switch self {
        case .text: "text"
        case .toolUse(let id, let name, _): "call of \(name) (\(id))"
        case .toolResult(let id, _, let isError): "result of \(id)\(isError ? ", an error" : "")"
        case .providerState(let provider, _): "state of \(provider)"
        }
    }

    fileprivate var shown: String {
        switch self {
        case .text(let text): text
        case .toolUse(_, _, let input): input.indented()
        case .toolResult(_, let content, _): content
        case .providerState(_, let state): state.indented()
        }
    }
}

extension JSON {
    /// Objects and lists over several lines where they do not fit into one.
    fileprivate func indented(_ margin: String = "") -> String {
        let line = text
        guard line.utf8.count + margin.utf8.count > 110 else { return line }
        let inner = margin + "  "
        switch self {
        case .object(let object):
            let members = object.members.map { "\(inner)\(JSON.string($0.key).text): \($0.value.indented(inner))" }
            return "{\n\(members.joined(separator: ",\n"))\n\(margin)}"
        case .array(let items):
            return "[\n\(items.map { inner + $0.indented(inner) }.joined(separator: ",\n"))\n\(margin)]"
        default: return line
        }
    }
}
