internal import Kernel
internal import ModelGateway

/// Reads `system` and `messages`, and checks that every tool call has its result.
enum ConversationReader {
    static func system(_ json: JSON?, trail: inout PromptTrail) throws -> [SystemBlock] {
        switch json {
        case nil: return []
        case .string(let text)?:
            trail.add(Array(text.utf8), kind: "system", isMarked: false)
            return [SystemBlock(text)]
        case .array(let items)?:
            var blocks: [SystemBlock] = []
            for (index, item) in items.enumerated() {
                guard item["type"]?.string == "text", let text = item["text"]?.string else {
                    throw WireError.invalid("system.\(index): Input should be a text block")
                }
                try refuseBlank(text, at: "system")
                let isMarked = try mark(item, at: "system.\(index)")
                trail.add(Array(text.utf8), kind: "system", isMarked: isMarked)
                blocks.append(SystemBlock(text, cache: isMarked))
            }
            return blocks
        default: throw WireError.invalid("system: Input should be text or a list of text blocks")
        }
    }

    static func messages(_ items: [JSON], marksLast: Bool, trail: inout PromptTrail) throws -> [Message] {
        var messages: [Message] = []
        for (index, item) in items.enumerated() {
            let isLast = index == items.count - 1
            messages.append(
                try message(item, at: "messages.\(index)", index, marksLast: marksLast && isLast, trail: &trail))
        }
        guard messages.first?.role == .user else {
            throw WireError.invalid("messages: first message must use the \"user\" role")
        }
        guard messages.last?.role == .user else {
            // As the models from 4.6 on have it.
            throw WireError.invalid(
                "This model does not support assistant message prefill. The conversation must end with a user message.")
        }
        try checkPairs(messages)
        return messages
    }

    private static func message(
        _ json: JSON, at place: String, _ index: Int, marksLast: Bool, trail: inout PromptTrail
    ) throws -> Message {
        var fields = try JSONFields(json, at: "/messages/\(index)")
        guard let role = Message.Role(rawValue: try fields.text("role", length: 1...20)) else {
            throw WireError.invalid("\(place).role: Input should be 'user' or 'assistant'")
        }
        let content = try fields.required("content")
        try fields.finish()
        let items: [JSON]
        switch content {
        case .string(let text): items = [["type": "text", "text": .string(text)]]
        case .array(let list): items = list
        default: throw WireError.invalid("\(place).content: Input should be text or a list of content blocks")
        }
        var blocks: [ContentBlock] = []
        for (index, item) in items.enumerated() {
            let here = "\(place).content.\(index)"
            guard let block = try block(item, at: here, role: role) else { continue }
            let isMarked = try mark(item, at: here) || (marksLast && index == items.count - 1)
            trail.add(block.json.bytes, kind: role.rawValue, isMarked: isMarked)
            blocks.append(block)
        }
        guard !blocks.isEmpty else { throw WireError.invalid("\(place): all messages must have non-empty content") }
        return Message(role: role, content: blocks)
    }

    /// `nil` for thinking blocks sent back, which are passed over.
    private static func block(_ json: JSON, at place: String, role: Message.Role) throws -> ContentBlock? {
        switch json["type"]?.string {
        case "text":
            guard let text = json["text"]?.string else { throw WireError.invalid("\(place).text: Field required") }
            try refuseBlank(text, at: "messages")
            return .text(text)
        case "tool_use" where role == .assistant:
            guard let id = json["id"]?.string, let name = json["name"]?.string else {
                throw WireError.invalid("\(place): Field required: id, name")
            }
            guard let input = json["input"], input.object != nil else {
                throw WireError.invalid("\(place).input: Input should be a valid dictionary")
            }
            return .toolUse(id: id, name: name, input: input)
        case "tool_result" where role == .user:
            guard let id = json["tool_use_id"]?.string else {
                throw WireError.invalid("\(place).tool_use_id: Field required")
            }
            return .toolResult(
                id: id, content: try resultText(json["content"], at: place),
                isError: json["is_error"]?.bool ?? false)
        case "thinking" where role == .assistant, "redacted_thinking" where role == .assistant: return nil
        default:
            throw WireError.invalid("\(place).type: the development model reads text, tool_use and tool_result here")
        }
    }

    private static func resultText(_ json: JSON?, at place: String) throws -> String {
        switch json {
        case nil, .null?: return ""
        case .string(let text)?: return text
        case .array(let items)?:
            return try items.map { item in
                guard item["type"]?.string == "text", let text = item["text"]?.string else {
                    throw WireError.invalid("\(place).content: the development model reads text results only")
                }
                return text
            }.joined()
        default: throw WireError.invalid("\(place).content: Input should be text or a list of blocks")
        }
    }

    /// The results of a turn's tool calls head the next turn, each call answered there and none answered that was not made.
    private static func checkPairs(_ messages: [Message]) throws {
        var open: [String] = []
        for (index, message) in messages.enumerated() {
            var answered: Set<String> = []
            for case .toolResult(let id, _, _) in message.content {
                guard open.contains(id), answered.insert(id).inserted else {
                    throw WireError.invalid(
                        "messages.\(index): unexpected `tool_use_id` found in `tool_result` blocks: \(id). Each "
                            + "`tool_result` block must have a corresponding `tool_use` block in the previous message.")
                }
            }
            let missing = open.filter { !answered.contains($0) }
            guard missing.isEmpty else {
                throw WireError.invalid(
                    "messages.\(index - 1): `tool_use` ids were found without `tool_result` blocks immediately after: "
                        + "\(missing.joined(separator: ", ")). Each `tool_use` block must have a corresponding "
                        + "`tool_result` block in the next message.")
            }
            open = message.content.compactMap { if case .toolUse(let id, _, _) = $0 { id } else { nil } }
            guard Set(open).count == open.count else {
                throw WireError.invalid("messages.\(index): `tool_use` ids must be unique")
            }
        }
    }

    private static func mark(_ json: JSON, at place: String) throws -> Bool {
        guard let mark = json["cache_control"], !mark.isNull else { return false }
        guard mark["type"]?.string == "ephemeral" else {
            throw WireError.invalid("\(place).cache_control.type: Input should be 'ephemeral'")
        }
        return true
    }

    private static func refuseBlank(_ text: String, at place: String) throws {
        guard !text.isEmpty else { throw WireError.invalid("\(place): text content blocks must be non-empty") }
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw WireError.invalid("\(place): text content blocks must contain non-whitespace text")
        }
    }
}
