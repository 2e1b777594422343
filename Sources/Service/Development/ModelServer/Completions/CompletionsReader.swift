internal import Kernel
internal import ModelGateway

extension Question {
    /// Fields of Chat Completions that make no difference to a development model.
    private static let completionsPassOver = [
        "audio", "frequency_penalty", "logit_bias", "logprobs", "metadata", "modalities", "moderation",
        "parallel_tool_calls", "prediction", "presence_penalty", "prompt_cache_key", "prompt_cache_options",
        "prompt_cache_retention", "reasoning_effort", "response_format", "safety_identifier", "seed", "service_tier",
        "store", "top_logprobs", "top_p", "user", "verbosity", "web_search_options",
    ]

    /// The body of `POST /v1/chat/completions`
    /// (https://platform.openai.com/docs/api-reference/chat/create).
    init(completions body: [UInt8], account: String) throws(WireError) {
        self = try Self.reading(body) { fields in
            var trail = PromptTrail(account: account)
            let model = try fields.text("model", length: 1...200)
            let tools = try FunctionReader.tools(fields.take("tools"), trail: &trail)
            let choice = try FunctionReader.choice(fields.take("tool_choice"), among: tools)
            let (system, messages) = try ChatReader.read(
                fields.array("messages", count: 1...100_000), trail: &trail)
            let isStreamed = try fields.optionalBool("stream") ?? false
            let options = fields.take("stream_options")
            guard options == nil || isStreamed else {
                throw WireError.invalid("The 'stream_options' parameter is only allowed when 'stream' is enabled.")
            }
            let temperature = fields.take("temperature")
            guard temperature == nil || temperature?.number.map((0...2).contains) == true else {
                throw WireError.invalid("Invalid 'temperature': expected a number from 0 to 2.")
            }
            guard (fields.take("n")?.integer ?? 1) == 1 else {
                throw WireError.invalid("Invalid 'n': the development model gives one answer.")
            }
            let maxTokens = try Self.limit(&fields)
            let stops = Self.stops(fields.take("stop"))
            for name in Self.completionsPassOver { _ = fields.take(name) }
            try fields.finish()
            return Question(
                wire: .completions,
                request: ModelRequest(
                    model: model, system: system, messages: messages, tools: tools, toolChoice: choice,
                    maxTokens: maxTokens, temperature: temperature?.number),
                isStreamed: isStreamed, wantsUsage: options?["include_usage"]?.bool ?? false, stopSequences: stops,
                trail: trail, digest: Digest.of(body))
        }
    }

    /// The older name and the newer one; nobody needs to say.
    private static func limit(_ fields: inout JSONFields) throws -> Int {
        var limit = 1_000_000
        for name in ["max_tokens", "max_completion_tokens"] {
            guard let value = fields.take(name), !value.isNull else { continue }
            guard let number = value.integer, (1...1_000_000).contains(number) else {
                throw WireError.invalid("Invalid '\(name)': integer below minimum value. Expected a value >= 1.")
            }
            limit = Int(number)
        }
        return limit
    }

    private static func stops(_ json: JSON?) -> [String] {
        let list = json?.string.map { [$0] } ?? json?.array?.compactMap(\.string) ?? []
        return list.filter { !$0.isEmpty }
    }
}
