internal import Kernel
internal import ModelGateway

/// Reads `messages` of Chat Completions, and checks that every tool call has its result.
///
/// Results and the user's words after them become one turn, as Messages have it.
struct ChatReader {
    private var system: [SystemBlock] = []
    private var messages: [Message] = []
    /// Calls of the turn before that have no result yet.
    private var open: [String] = []

    static func read(
        _ items: [JSON], trail: inout PromptTrail
    ) throws -> (system: [SystemBlock], messages: [Message]) {
        var reader = ChatReader()
        for (index, item) in items.enumerated() {
            trail.add(item.bytes, kind: "message", isMarked: false)
            try reader.take(item, at: "messages[\(index)]")
        }
        try reader.closeCalls()
        guard !reader.messages.isEmpty else { throw WireError.invalid("Invalid 'messages': nothing is asked.") }
        return (reader.system, reader.messages)
    }

    private mutating func take(_ item: JSON, at place: String) throws {
        switch item["role"]?.string {
        case "tool": try take(result: item, at: place)
        case "system", "developer":
            try closeCalls()
            system.append(SystemBlock(try text(of: item, at: place)))
        case "user":
            try closeCalls()
            let text = try text(of: item, at: place)
            if messages.last?.role == .user, messages.last?.content.contains(where: isResult) == true {
                messages[messages.count - 1].content.append(.text(text))
            } else {
                messages.append(.user(text))
            }
        case "assistant":
            try closeCalls()
            try take(assistant: item, at: place)
        default:
            throw WireError.invalid(
                "Invalid value for '\(place).role'. Supported values are: 'system', 'developer', 'assistant', 'user', "
                    + "and 'tool'.")
        }
    }

    private mutating func take(assistant item: JSON, at place: String) throws {
        var content: [ContentBlock] = []
        let calls = item["tool_calls"]?.array ?? []
        if calls.isEmpty || item["content"].map({ !$0.isNull }) == true {
            content.append(.text(try text(of: item, at: place)))
        }
        for (index, call) in calls.enumerated() {
            guard let id = call["id"]?.string, let name = call["function"]?["name"]?.string,
                let arguments = call["function"]?["arguments"]?.string
            else {
                throw WireError.invalid(
                    "Missing required parameter: '\(place).tool_calls[\(index)].function.arguments'.")
            }
            guard !open.contains(id) else { throw WireError.invalid("Duplicate tool call id '\(id)' at '\(place)'.") }
            open.append(id)
            content.append(.toolUse(id: id, name: name, input: (try? JSON(parsing: arguments)) ?? [:]))
        }
        messages.append(.assistant(content))
    }

    private mutating func take(result item: JSON, at place: String) throws {
        guard let id = item["tool_call_id"]?.string, open.contains(id) else {
            throw WireError.invalid(
                "Invalid parameter: messages with role 'tool' must be a response to a preceding message with "
                    + "'tool_calls'.")
        }
        open.removeAll { $0 == id }
        var text = try text(of: item, at: place)
        let isError = text.hasPrefix(ChatMessages.errorMark)
        if isError { text.removeFirst(ChatMessages.errorMark.count) }
        let result = ContentBlock.toolResult(id: id, content: text, isError: isError)
        if messages.last?.role == .user {
            messages[messages.count - 1].content.append(result)
        } else {
            messages.append(.user([result]))
        }
    }

    private func closeCalls() throws {
        guard open.isEmpty else {
            throw WireError.invalid(
                "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
                    + "'tool_call_id'. The following tool_call_ids did not have response messages: "
                    + open.joined(separator: ", "))
        }
    }

    private func text(of item: JSON, at place: String) throws -> String {
        switch item["content"] {
        case .string(let text)?: return text
        case .array(let parts)?:
            return try parts.map { part in
                guard part["type"]?.string == "text", let text = part["text"]?.string else {
                    throw WireError.invalid("Invalid value: '\(place).content': the development model reads text only.")
                }
                return text
            }.joined()
        default: throw WireError.invalid("Invalid value for '\(place).content': expected a string.")
        }
    }

    private func isResult(_ block: ContentBlock) -> Bool {
        if case .toolResult = block { true } else { false }
    }
}
