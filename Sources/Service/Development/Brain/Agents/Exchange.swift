import Kernel
import ModelGateway

/// A request as an agent reads it: who it is, what it was given, what it did before.
struct Exchange: Sendable {
    let role: AgentRole?
    let tools: Set<String>
    /// The tool that the answer has to call, if one is demanded.
    let demanded: String?
    let messages: [Message]
    /// All text of the user's turns, joined: the inputs stand in it between tags.
    private let material: String

    init(_ request: ModelRequest) {
        let names = request.tools.map(\.name)
        role = AgentRole(system: request.system.map(\.text).joined(separator: "\n"), tools: names)
        tools = Set(names)
        demanded = if case .tool(let name) = request.toolChoice { name } else { nil }
        messages = request.messages
        material = request.messages.filter { $0.role == .user }.map(\.text).joined(separator: "\n")
    }

    /// What stands between `<tag>` and `</tag>`: from the first opening tag to the last closing one. The platform lets
    /// no tag of its own stand inside material, so that nothing in a brief can close its tag early.
    func section(_ tag: String) -> String? {
        guard let open = material.firstRange(of: "<\(tag)>") else { return nil }
        let rest = material[open.upperBound...]
        guard let close = Self.lastRange(of: "</\(tag)>", in: rest) else { return nil }
        return MarkdownReader.trim(rest[..<close])
    }

    func json(_ tag: String) -> JSON? {
        guard let text = section(tag) else { return nil }
        return try? JSON(parsing: text)
    }

    /// The files shown between `<files>` tags, tags in their content restored.
    var files: [ProjectFile] {
        guard let text = section("files") else { return [] }
        var files: [ProjectFile] = []
        var rest = Substring(text)
        while let open = rest.firstRange(of: "<file path=\""), let quote = rest[open.upperBound...].firstIndex(of: "\"")
        {
            let path = String(rest[open.upperBound..<quote])
            var content = rest[quote...].dropFirst(2)
            guard let close = content.firstRange(of: "</file>") else { break }
            rest = content[close.upperBound...]
            content = content[..<close.lowerBound]
            if content.hasPrefix("\n") { content.removeFirst() }
            if content.hasSuffix("\n") { content.removeLast() }
            files.append(ProjectFile(path: path, content: String(content)))
        }
        return files
    }

    /// The product of the specification given; of the brief where there is none.
    var product: ProductModel {
        let brief = json("brief").flatMap(BriefDraft.init)
        if let spec = json("spec") { return ProductBuilder.product(ofSpec: spec, title: brief?.title ?? "") }
        if let brief { return ProductBuilder.product(of: brief) }
        return ProductBuilder.product(of: BriefReader.read(section("spec") ?? section("brief") ?? material))
    }

    /// A call with its result; `nil` while there is none.
    struct Call: Sendable {
        let name: String
        let input: JSON
        let result: String?
        let isError: Bool
    }

    /// Every tool call of the conversation, in order.
    var calls: [Call] {
        var results: [String: (String, Bool)] = [:]
        for case .toolResult(let id, let content, let isError) in messages.flatMap(\.content) {
            results[id] = (content, isError)
        }
        return messages.flatMap(\.content).compactMap { block in
            guard case .toolUse(let id, let name, let input) = block else { return nil }
            return Call(name: name, input: input, result: results[id]?.0, isError: results[id]?.1 ?? false)
        }
    }

    private static func lastRange(of text: String, in whole: Substring) -> Substring.Index? {
        var last: Substring.Index?
        var rest = whole
        while let found = rest.firstRange(of: text) {
            last = found.lowerBound
            rest = rest[found.upperBound...]
        }
        return last
    }
}
