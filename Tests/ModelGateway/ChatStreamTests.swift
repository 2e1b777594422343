import HTTPClient
import Kernel
import Testing

@testable import ModelGateway

@Suite struct ChatStreamTests {
    /// The shape of OpenAI's answers: a role, text, two parallel calls in pieces, a finish reason, usage, the end.
    static let recorded = chunks(
        #"{"choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"finish_reason":null}],"usage":null}"#,
        #"{"choices":[{"index":0,"delta":{"content":"Grüße, "}}]}"#,
        #"{"choices":[{"index":0,"delta":{"content":"\ud83d\udca1!"}}],"obfuscation":"x"}"#,
        #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"get","arguments":""}}]}}]}"#,
        #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\": \"Os"}}]}}]}"#,
        #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"call_2","type":"function","function":{"name":"list","arguments":"{}"}}]}}]}"#,
        #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"lo\"}"}}]}}]}"#,
        #"{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#,
        #"{"choices":[],"usage":{"prompt_tokens":3544,"completion_tokens":89,"total_tokens":3633,"#
            + #""prompt_tokens_details":{"cached_tokens":1024,"cache_write_tokens":2048},"completion_tokens_details":{"reasoning_tokens":40}}}"#
    )

    static let reply = ModelReply(
        content: [
            .text("Grüße, \u{1F4A1}!"), .toolUse(id: "call_1", name: "get", input: ["city": "Oslo"]),
            .toolUse(id: "call_2", name: "list", input: [:]),
        ],
        stop: .toolUse, usage: Usage(input: 472, output: 89, cacheRead: 1_024, cacheWrite: 2_048),
        model: "gpt-x-2026", id: "chatcmpl-1")

    static let events: [ModelEvent] = [
        .started(id: "chatcmpl-1", model: "gpt-x-2026"), .text("Grüße, "), .text("\u{1F4A1}!"),
        .toolStarted(index: 1, id: "call_1", name: "get"), .toolInput(index: 1, fragment: "{\"city\": \"Os"),
        .toolStarted(index: 2, id: "call_2", name: "list"), .toolInput(index: 2, fragment: "{}"),
        .toolInput(index: 1, fragment: "lo\"}"), .blockStopped(index: 0), .blockStopped(index: 1),
        .blockStopped(index: 2),
        .finished(.toolUse, Usage(input: 472, output: 89, cacheRead: 1_024, cacheWrite: 2_048)),
    ]

    /// Server-sent events of these chunks, with the fields that each has, and the end.
    static func chunks(_ chunks: String..., end: String = "data: [DONE]\n\n") -> String {
        let head = #"{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-x-2026","#
        return chunks.map { "data: \(head)\($0.dropFirst())\n\n" }.joined() + end
    }

    static func run(_ pieces: [[UInt8]], provider: Provider = .openai) throws -> ([ModelEvent], ModelReply) {
        var parser = SSEParser()
        var stream = ChatStream(provider: provider, inputEstimate: 1_000)
        var events: [ModelEvent] = []
        for piece in pieces {
            for event in try parser.feed(piece) { events += try stream.receive(event.data) }
        }
        return (events, try stream.reply())
    }

    static func reply(_ text: String, provider: Provider = .openai) throws -> ModelReply {
        try run([Array(text.utf8)], provider: provider).1
    }

    private func failure(_ text: String) -> ModelFailure? {
        do {
            _ = try Self.reply(text)
            return nil
        } catch {
            return error as? ModelFailure
        }
    }

    private func delta(_ delta: String) -> String { #"{"choices":[{"index":0,"delta":\#(delta)}]}"# }
    private func finish(_ reason: String) -> String {
        #"{"choices":[{"index":0,"delta":{},"finish_reason":"\#(reason)"}]}"#
    }

    @Test func `a recorded answer becomes events and a reply`() throws {
        let (events, reply) = try Self.run([Array(Self.recorded.utf8)])
        #expect(events == Self.events)
        #expect(reply == Self.reply)
    }

    /// Cuts fall in the middle of characters too.
    @Test(arguments: [1, 2, 3, 7, 64])
    func `however the bytes are cut`(size: Int) throws {
        let bytes = Array(Self.recorded.utf8)
        let pieces = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
        let (events, reply) = try Self.run(pieces)
        #expect(events == Self.events)
        #expect(reply == Self.reply)
    }

    @Test(arguments: [
        ("stop", StopReason.endTurn), ("length", .maxTokens), ("content_filter", .refusal),
        ("model_length", .contextWindow),
        ("eos", .endTurn), ("something_new", .other("something_new")),
    ])
    func `finish reasons`(reason: String, stop: StopReason) throws {
        let reply = try Self.reply(Self.chunks(delta(#"{"content":"a"}"#), finish(reason)))
        #expect(reply.stop == stop)
        #expect(reply.text == "a")
    }

    @Test func `a refusal is said and is no answer`() throws {
        let reply = try Self.reply(Self.chunks(delta(#"{"refusal":"I can't"}"#), finish("stop")))
        #expect(reply.stop == .refusal)
        #expect(reply.text == "I can't")
    }

    @Test func `an answer ends with its finish reason, even where nothing says DONE`() throws {
        let reply = try Self.reply(Self.chunks(delta(#"{"content":"a"}"#), finish("stop"), end: ""))
        #expect(reply.stop == .endTurn)
    }

    @Test func `without a finish reason it is no answer`() {
        for end in ["", "data: [DONE]\n\n"] {
            let failure = failure(Self.chunks(delta(#"{"content":"half an ans"}"#), end: end))
            #expect(failure?.kind == .incomplete)
            #expect(failure?.usage?.output == 4)
        }
        #expect(failure("")?.kind == .incomplete)
        #expect(failure("")?.usage == nil)
    }

    @Test(arguments: [
        "data: {not json}\n\n", "data: []\n\n", "data: 5\n\n", #"data: {"choices":7}"# + "\n\n",
        #"data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}}]}"# + "\n\n",
        #"data: {"choices":[{"delta":{"tool_calls":"x"}}]}"# + "\n\n",
        #"data: {"choices":[{"delta":{},"finish_reason":"error"}]}"# + "\n\n",
    ])
    func `an unreadable stream is incomplete`(text: String) {
        #expect(failure(text)?.kind == .incomplete)
    }

    @Test func `an error in the stream is classed, with what was counted`() {
        let begun =
            #"{"choices":[{"index":0,"delta":{"content":"a"}}],"usage":{"prompt_tokens":7,"completion_tokens":1}}"#
        for (error, kind) in [
            (
                #"{"error":{"message":"Overloaded","type":"server_error","code":"server_is_overloaded"}}"#,
                ModelFailure.Kind.overloaded
            ),
            (#"{"error":{"message":"Slow","code":429}}"#, .throttled(until: nil)),
            (
                #"{"error":{"code":502,"message":"upstream"},"choices":[{"delta":{"content":""},"finish_reason":"error"}]}"#,
                .overloaded
            ),
            (#"{"error":{"type":"insufficient_quota","message":"x"}}"#, .exhausted),
            (#"{"error":{"type":"newer_than_this_code"}}"#, .incomplete),
        ] {
            let failure = failure(Self.chunks(begun, error))
            #expect(failure?.kind == kind)
            #expect(failure?.usage == Usage(input: 7, output: 1))
        }
    }

    @Test func `an answer cut for want of resources may be asked for again`() {
        #expect(
            failure(Self.chunks(delta(#"{"content":"a"}"#), finish("insufficient_system_resource")))?.kind
                == .overloaded)
    }

    @Test func `a tool's input that is no object is told apart`() throws {
        let reply = try Self.reply(
            Self.chunks(
                delta(#"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\": "}}]}"#),
                finish("length")))
        #expect(reply.stop == .maxTokens)
        #expect(reply.content == [.toolUse(id: "a", name: "f", input: [:])])
        #expect(reply.malformedTools.map(\.input) == ["{\"x\": "])
    }

    @Test func `U+0000 is not said`() throws {
        let reply = try Self.reply(Self.chunks(delta(#"{"content":"a\u0000b"}"#), finish("stop")))
        #expect(reply.text == "a\u{FFFD}b")
    }
}

/// Where servers that speak the protocol differ from OpenAI.
@Suite struct ChatDialectStreamTests {
    private func reply(_ provider: Provider, _ chunks: String..., end: String = "data: [DONE]\n\n") throws -> ModelReply
    {
        try ChatStreamTests.reply(chunks.map { "data: \($0)\n\n" }.joined() + end, provider: provider)
    }

    private func calls(_ reply: ModelReply) -> [[String]] {
        reply.content.compactMap { block in
            if case .toolUse(let id, let name, let input) = block { [id, name, input.text] } else { nil }
        }
    }

    @Test func `calls without an index, or all with the same, are told apart by their ids`() throws {
        for index in ["", #""index":0,"#] {
            let reply = try reply(
                .gemini,
                #"{"choices":[{"delta":{"tool_calls":[{\#(index)"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}]}}]}"#,
                #"{"choices":[{"delta":{"tool_calls":[{\#(index)"id":"b","function":{"name":"f","arguments":"{\"x\":2}"}}]},"finish_reason":"stop"}]}"#
            )
            #expect(calls(reply) == [["a", "f", #"{"x":1}"#], ["b", "f", #"{"x":2}"#]])
            #expect(reply.stop == .toolUse)
        }
    }

    @Test func `id and name may be repeated with every piece`() throws {
        let reply = try reply(
            .vllm,
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}}]}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":":1}"}}]}}]}"#,
            #"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#)
        #expect(calls(reply) == [["a", "f", #"{"x":1}"#]])
    }

    @Test func `calls without ids get different ones, arguments may be an object`() throws {
        let reply = try reply(
            .compatible,
            #"{"id":"cmpl-7","choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"f","arguments":{"x":1}}},"#
                + #"{"index":1,"id":"null","function":{"name":"g","arguments":{}}}]},"finish_reason":"tool_calls"}]}"#)
        #expect(calls(reply) == [["call_cmpl-7_0", "f", #"{"x":1}"#], ["call_cmpl-7_1", "g", "{}"]])
    }

    @Test func `content may be a list of parts, of which the texts are said`() throws {
        let reply = try reply(
            .mistral,
            #"{"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]}}]}"#,
            #"{"choices":[{"delta":{"content":[{"type":"text","text":"So."}]},"finish_reason":"stop"}]}"#)
        #expect(reply.content == [.text("So.")])
    }

    @Test(arguments: [
        // OpenAI: cached tokens are part of the prompt, reasoning of the completion.
        (
            #"{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"prompt_tokens_details":{"cached_tokens":60},"#
                + #""completion_tokens_details":{"reasoning_tokens":30}}"#,
            Usage(input: 40, output: 50, cacheRead: 60)
        ),
        // DeepSeek.
        (
            #"{"prompt_tokens":100,"completion_tokens":5,"prompt_cache_hit_tokens":64,"prompt_cache_miss_tokens":36}"#,
            Usage(input: 36, output: 5, cacheRead: 64)
        ),
        // Gemini counts its thinking in the total alone.
        (#"{"prompt_tokens":100,"completion_tokens":50,"total_tokens":450}"#, Usage(input: 100, output: 350)),
        // OpenRouter, for a model whose cache writes cost.
        (
            #"{"prompt_tokens":194,"completion_tokens":2,"total_tokens":196,"prompt_tokens_details":{"cached_tokens":0,"cache_write_tokens":100}}"#,
            Usage(input: 94, output: 2, cacheWrite: 100)
        ),
        // Nonsense does not become a credit.
        (
            #"{"prompt_tokens":10,"completion_tokens":-4,"prompt_tokens_details":{"cached_tokens":99}}"#,
            Usage(cacheRead: 10)
        ),
    ])
    func `tokens are counted by the price they cost`(usage: String, expected: Usage) throws {
        let reply = try reply(
            .openai, #"{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}"#,
            #"{"choices":[],"usage":\#(usage)}"#)
        #expect(reply.usage == expected)
    }

    @Test func `usage in every chunk counts once, Groq's own place is known, none at all is estimated`() throws {
        let every = try reply(
            .vllm, #"{"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":9,"completion_tokens":1}}"#,
            #"{"choices":[{"delta":{"content":"b"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":2}}"#
        )
        #expect(every.usage == Usage(input: 9, output: 2))
        let groq = try reply(
            .groq,
            #"{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}],"x_groq":{"usage":{"prompt_tokens":9,"completion_tokens":2}}}"#
        )
        #expect(groq.usage == Usage(input: 9, output: 2))
        let none = try reply(.compatible, #"{"choices":[{"delta":{"content":"abcdefg"},"finish_reason":"stop"}]}"#)
        #expect(none.usage == Usage(input: 1_000, output: 3))
    }

    @Test func `comments keep a stream alive and say nothing`() throws {
        let reply = try ChatStreamTests.reply(
            ": OPENROUTER PROCESSING\n\n" + #"data: {"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}"#
                + "\n\n")
        #expect(reply.text == "a")
    }
}
