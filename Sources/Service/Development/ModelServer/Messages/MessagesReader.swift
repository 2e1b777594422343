internal import Kernel
internal import ModelGateway

extension Question {
    /// Fields of Messages that make no difference to a development model.
    private static let messagesPassOver = [
        "metadata", "service_tier", "thinking", "output_config", "container", "context_management",
        "inference_geo", "mcp_servers", "speed",
    ]

    /// The body of `POST /v1/messages`.
    init(messages body: [UInt8], account: String, version: WireVersion) throws(WireError) {
        self = try Self.reading(body) { fields in
            var trail = PromptTrail(account: account)
            let model = try fields.text("model", length: 1...200)
            let maxTokens = try fields.integer("max_tokens", in: 1...1_000_000)
            let temperature = try Self.sampling(&fields, version)
            let tools = try ToolReader.tools(fields.take("tools"), trail: &trail)
            let choice = try ToolReader.choice(fields.take("tool_choice"), among: tools)
            let system = try ConversationReader.system(fields.take("system"), trail: &trail)
            let marksAll = fields.take("cache_control") != nil
            let messages = try ConversationReader.messages(
                fields.array("messages", count: 1...100_000), marksLast: marksAll, trail: &trail)
            guard trail.marks <= 4 else {
                throw WireError.invalid(
                    "A maximum of 4 blocks with cache_control may be provided. Found \(trail.marks).")
            }
            let isStreamed = try fields.optionalBool("stream") ?? false
            let stops = fields.take("stop_sequences")?.array?.compactMap(\.string).filter { !$0.isEmpty } ?? []
            for name in Self.messagesPassOver { _ = fields.take(name) }
            try fields.finish()
            return Question(
                wire: .messages,
                request: ModelRequest(
                    model: model, system: system, messages: messages, tools: tools, toolChoice: choice,
                    maxTokens: Int(maxTokens), temperature: temperature,
                    cacheLastMessage: trail.boundaries.last?.isMarked ?? false),
                isStreamed: isStreamed, stopSequences: stops, trail: trail, digest: Digest.of(body))
        }
    }

    /// Takes out how words are to be picked, which the newer version no longer lets anybody say.
    private static func sampling(_ fields: inout JSONFields, _ version: WireVersion) throws -> Double? {
        var temperature: Double?
        for name in ["temperature", "top_p", "top_k"] {
            guard let value = fields.take(name) else { continue }
            guard version.takesSampling else {
                throw WireError.invalid("\(name): Extra inputs are not permitted in API version \(version.rawValue)")
            }
            guard name == "temperature" else { continue }
            guard let number = value.number, (0...1).contains(number) else {
                throw WireError.invalid("temperature: Input should be a number from 0 to 1")
            }
            temperature = number
        }
        return temperature
    }
}
