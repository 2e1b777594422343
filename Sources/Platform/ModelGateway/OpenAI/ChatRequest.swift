internal import Kernel

/// Writes a `ModelRequest` as the body of `POST /chat/completions`
/// (https://platform.openai.com/docs/api-reference/chat/create), in a provider's dialect.
///
/// What stays the same between requests comes first, tools and the system prompt before the conversation, and is
/// written the same every time: that is all that automatic prompt caches ask for.
struct ChatRequest {
    let provider: Provider
    let dialect: ChatDialect

    func body(for request: ModelRequest) -> [UInt8] {
        var json = JSONWriter(capacity: 16_384)
        json.object { json in
            json.key("model")
            json.string(request.model)
            write(tools: request.tools, choice: request.toolChoice, to: &json)
            json.key("messages")
            ChatMessages(provider: provider, dialect: dialect).write(request, to: &json)
            json.key(dialect.answerLimit.rawValue)
            json.integer(request.maxTokens)
            if let temperature = request.temperature {
                json.key("temperature")
                json.number(temperature)
            }
            if dialect.takesCacheKey {
                json.key("prompt_cache_key")
                json.string(Self.cacheKey(of: request))
            }
            json.key("stream")
            json.bool(true)
            if dialect.asksForUsage {
                json.key("stream_options")
                json.object { json in
                    json.key("include_usage")
                    json.bool(true)
                }
            }
        }
        return json.bytes
    }

    private func write(tools: [ToolDefinition], choice: ToolChoice, to json: inout JSONWriter) {
        var tools = tools
        if case .tool(let name) = choice, !dialect.choosesTools { tools = tools.filter { $0.name == name } }
        // An empty list and a choice among nothing are refused.
        guard !tools.isEmpty else { return }
        json.key("tools")
        json.array { json in
            for tool in tools {
                json.object { json in
                    json.key("type")
                    json.string("function")
                    json.key("function")
                    json.object { json in
                        json.key("name")
                        json.string(tool.name)
                        json.key("description")
                        json.string(tool.description)
                        json.key("parameters")
                        json.value(tool.schema.json)
                    }
                }
            }
        }
        guard dialect.choosesTools else { return }
        json.key("tool_choice")
        switch choice {
        case .auto: json.string("auto")
        case .any: json.string("required")
        case .tool(let name):
            json.object { json in
                json.key("type")
                json.string("function")
                json.key("function")
                json.object { json in
                    json.key("name")
                    json.string(name)
                }
            }
        }
    }

    /// The same for all requests of one conversation: they share its beginning, and with this its cache.
    private static func cacheKey(of request: ModelRequest) -> String {
        var digest = ShortDigest()
        digest.add(request.model)
        for block in request.system { digest.add(block.text) }
        for tool in request.tools { digest.add(tool.name) }
        for case .text(let text) in request.messages.first?.content ?? [] { digest.add(text) }
        return "specwright-" + digest.hex
    }
}

/// FNV-1a in 64 bits, for names that must be the same in every process; nothing here is worth an attack.
struct ShortDigest {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ text: String) {
        for byte in text.utf8 { add(byte) }
        // So that "ab", "c" is not "a", "bc": no UTF-8 text has this byte.
        add(0xFF)
    }

    private mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }

    var hex: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
