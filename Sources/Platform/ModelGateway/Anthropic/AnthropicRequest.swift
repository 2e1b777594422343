internal import Kernel

/// Writes a `ModelRequest` as the body of `POST /v1/messages` (Anthropic Messages, version 2023-06-01).
enum AnthropicRequest {
    /// A request may carry four cache marks; a fifth is refused with 400.
    static let maximumCacheMarks = 4

    static func body(for request: ModelRequest) -> [UInt8] {
        var json = JSONWriter(capacity: 16_384)
        json.object { json in
            json.key("model")
            json.string(request.model)
            json.key("max_tokens")
            json.integer(request.maxTokens)
            json.key("stream")
            json.bool(true)
            if let temperature = request.temperature {
                json.key("temperature")
                json.number(temperature)
            }
            let turns = sendable(request.messages)
            let marked = request.cacheLastMessage ? markedTurns(turns) : []
            write(system: request.system, marks: maximumCacheMarks - marked.count, to: &json)
            write(tools: request.tools, choice: request.toolChoice, to: &json)
            write(turns, marked: marked, to: &json)
        }
        return json.bytes
    }

    /// Keeps the last `marks` cache marks, since a later mark covers everything before it.
    private static func write(system: [SystemBlock], marks: Int, to json: inout JSONWriter) {
        let blocks = system.filter { hasText($0.text) }
        guard !blocks.isEmpty else { return }
        let marked = Set(blocks.indices.filter { blocks[$0].cache }.suffix(marks))
        json.key("system")
        json.array { json in
            for (index, block) in blocks.enumerated() {
                json.object { json in
                    json.key("type")
                    json.string("text")
                    json.key("text")
                    json.string(block.text)
                    if marked.contains(index) { writeCacheMark(to: &json) }
                }
            }
        }
    }

    private static func write(tools: [ToolDefinition], choice: ToolChoice, to json: inout JSONWriter) {
        // A tool_choice without tools is refused.
        guard !tools.isEmpty else { return }
        json.key("tools")
        json.array { json in
            for tool in tools {
                json.object { json in
                    json.key("name")
                    json.string(tool.name)
                    json.key("description")
                    json.string(tool.description)
                    json.key("input_schema")
                    json.value(tool.schema.json)
                }
            }
        }
        json.key("tool_choice")
        json.object { json in
            json.key("type")
            switch choice {
            case .auto: json.string("auto")
            case .any: json.string("any")
            case .tool(let name):
                json.string("tool")
                json.key("name")
                json.string(name)
            }
        }
    }

    /// Leaves out blank text blocks and turns left empty by that: the API refuses both, and joins turns of one role.
    private static func sendable(_ messages: [Message]) -> [Message] {
        messages.map { Message(role: $0.role, content: $0.content.filter(isSendable)) }.filter { !$0.content.isEmpty }
    }

    /// The last turn, which the next request will read, and the user's turn before it, where the last request's mark stood:
    /// the cache looks back twenty blocks from a mark, and a turn of many tool calls has more
    /// (https://platform.claude.com/docs/en/build-with-claude/prompt-caching).
    private static func markedTurns(_ turns: [Message]) -> Set<Int> {
        guard let last = turns.indices.last else { return [] }
        let before = turns.indices.dropLast().last { turns[$0].role == .user }
        return before.map { [$0, last] } ?? [last]
    }

    private static func write(_ turns: [Message], marked: Set<Int>, to json: inout JSONWriter) {
        json.key("messages")
        json.array { json in
            for (turnIndex, turn) in turns.enumerated() {
                json.object { json in
                    json.key("role")
                    json.string(turn.role.rawValue)
                    json.key("content")
                    json.array { json in
                        for (index, block) in turn.content.enumerated() {
                            let isLast = index == turn.content.count - 1
                            write(block, marked: isLast && marked.contains(turnIndex), to: &json)
                        }
                    }
                }
            }
        }
    }

    private static func write(_ block: ContentBlock, marked: Bool, to json: inout JSONWriter) {
        json.object { json in
            json.key("type")
            switch block {
            case .text(let text):
                json.string("text")
                json.key("text")
                json.string(text)
            case .toolUse(let id, let name, let input):
                json.string("tool_use")
                json.key("id")
                json.string(id)
                json.key("name")
                json.string(name)
                json.key("input")
                json.value(input.object == nil ? [:] : input)
            case .toolResult(let id, let content, let isError):
                json.string("tool_result")
                json.key("tool_use_id")
                json.string(id)
                if hasText(content) {
                    json.key("content")
                    json.string(content)
                }
                if isError {
                    json.key("is_error")
                    json.bool(true)
                }
            case .providerState: preconditionFailure("left out as not sendable")
            }
            if marked { writeCacheMark(to: &json) }
        }
    }

    /// The default mark: kept for five minutes from its last use.
    private static func writeCacheMark(to json: inout JSONWriter) {
        json.key("cache_control")
        json.object { json in
            json.key("type")
            json.string("ephemeral")
        }
    }

    private static func isSendable(_ block: ContentBlock) -> Bool {
        switch block {
        case .text(let text): hasText(text)
        case .toolUse, .toolResult: true
        // Answers of this protocol leave none, and nobody else's means anything here.
        case .providerState: false
        }
    }

    private static func hasText(_ text: String) -> Bool { text.contains { !$0.isWhitespace } }
}
