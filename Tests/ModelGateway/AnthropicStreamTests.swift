import HTTPClient
import Kernel
import Testing

@testable import ModelGateway

@Suite struct AnthropicStreamTests {
    /// The shape of a recorded answer: text, thinking to be passed over, two tool calls, pings and an unknown event.
    static let recorded = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_01","type":"message","role":"assistant",\
        "model":"claude-sonnet-4-5-20250929","content":[],"stop_reason":null,"stop_sequence":null,\
        "usage":{"input_tokens":472,"cache_creation_input_tokens":2048,"cache_read_input_tokens":1024,"output_tokens":2}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm."}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"abc"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: content_block_start
        data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

        event: ping
        data: {"type": "ping"}

        event: content_block_delta
        data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Grüße, "}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"\\ud83d\\udca1!"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":1}

        event: content_block_start
        data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"get","input":{}}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\\"city\\": \\"Os"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"lo\\"}"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":2}

        event: content_block_start
        data: {"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"toolu_2","name":"list","input":{}}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":3}

        event: something_new
        data: {"type":"something_new","anything":[1]}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":89}}

        event: message_stop
        data: {"type":"message_stop"}


        """

    static let reply = ModelReply(
        content: [
            .text("Grüße, \u{1F4A1}!"), .toolUse(id: "toolu_1", name: "get", input: ["city": "Oslo"]),
            .toolUse(id: "toolu_2", name: "list", input: [:]),
        ],
        stop: .toolUse, usage: Usage(input: 472, output: 89, cacheRead: 1_024, cacheWrite: 2_048),
        model: "claude-sonnet-4-5-20250929", id: "msg_01")

    static let events: [ModelEvent] = [
        .started(id: "msg_01", model: "claude-sonnet-4-5-20250929"), .text("Grüße, "), .text("\u{1F4A1}!"),
        .blockStopped(index: 1), .toolStarted(index: 2, id: "toolu_1", name: "get"),
        .toolInput(index: 2, fragment: "{\"city\": \"Os"), .toolInput(index: 2, fragment: "lo\"}"),
        .blockStopped(index: 2), .toolStarted(index: 3, id: "toolu_2", name: "list"), .blockStopped(index: 3),
        .finished(.toolUse, Usage(input: 472, output: 89, cacheRead: 1_024, cacheWrite: 2_048)),
    ]

    private func run(_ pieces: [[UInt8]]) throws -> ([ModelEvent], ModelReply) {
        var parser = SSEParser()
        var stream = AnthropicStream()
        var events: [ModelEvent] = []
        for piece in pieces {
            for event in try parser.feed(piece) { events += try stream.receive(event.data) }
        }
        return (events, try stream.reply())
    }

    private func failure(_ text: String) -> ModelFailure? {
        do {
            _ = try run([Array(text.utf8)])
            return nil
        } catch {
            return error as? ModelFailure
        }
    }

    private func answer(_ events: String...) -> String {
        let start =
            #"{"type":"message_start","message":{"id":"m","model":"x","usage":{"input_tokens":7,"output_tokens":1}}}"#
        return ([start] + events).map { "data: \($0)\n\n" }.joined()
    }

    private let end = [
        #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":3}}"#,
        #"{"type":"message_stop"}"#,
    ]

    @Test func `a recorded answer cut in two at every byte gives the same events and reply`() throws {
        let bytes = Array(Self.recorded.utf8)
        for cut in 0...bytes.count {
            let (events, reply) = try run([Array(bytes[..<cut]), Array(bytes[cut...])])
            #expect(events == Self.events)
            #expect(reply == Self.reply)
        }
        let (events, reply) = try run(bytes.map { [$0] })
        #expect(events == Self.events)
        #expect(reply == Self.reply)
    }

    @Test func `an answer that ends before its last event is incomplete, wherever it ends`() {
        let bytes = Array(Self.recorded.utf8)
        // Without the last blank line, message_stop is not an event yet.
        for end in 0..<(bytes.count - 2) {
            let failure = #expect(throws: ModelFailure.self) { try run([Array(bytes[..<end])]) }
            #expect(failure?.kind == .incomplete)
        }
    }

    @Test func `a broken answer still says what was counted`() {
        #expect(failure(answer())?.usage == Usage(input: 7, output: 1))
        #expect(failure("")?.usage == nil)
    }

    @Test(arguments: [
        "data: {not json}\n\n", "data: []\n\n", "data: {\"type\":5}\n\n",
        "data: {\"type\":\"message_start\",\"message\":{}}\n\n",
        "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
        "data: {\"type\":\"message_stop\"}\n\n",
    ])
    func `an unreadable stream is incomplete`(text: String) {
        #expect(failure(text)?.kind == .incomplete)
    }

    @Test func `events out of order are incomplete`() {
        let textStart = #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#
        let toolStart =
            #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"n","input":{}}}"#
        let textDelta = #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x"}}"#
        let stop = #"{"type":"content_block_stop","index":0}"#
        let broken = [
            answer(textDelta), answer(stop), answer(textStart, textStart), answer(toolStart, textDelta),
            answer(textStart, end[0]), answer(textStart, stop, end[1]), answer(textStart, stop, stop),
            answer(textStart.replacing(":0,", with: ":1,")), answer(answerStart), answer(end[0], textStart),
        ]
        for text in broken { #expect(failure(text)?.kind == .incomplete, "\(text)") }
        #expect(failure(answer(textStart, textDelta, stop, end[0], end[1])) == nil)
    }

    private let answerStart = #"{"type":"message_start","message":{"id":"m","model":"x"}}"#

    @Test(arguments: [
        ("overloaded_error", ModelFailure.Kind.overloaded), ("api_error", .overloaded),
        ("rate_limit_error", .throttled(until: nil)), ("authentication_error", .invalidKey),
        ("invalid_request_error", .badRequest), ("timeout_error", .overloaded), ("never_heard_of", .incomplete),
    ])
    func `an error event is classed by its type`(type: String, kind: ModelFailure.Kind) {
        let event = #"{"type":"error","error":{"type":"\#(type)","message":"sk-secret Overloaded"}}"#
        let failure = failure(answer(event))
        #expect(failure?.kind == kind)
        #expect(failure?.usage == Usage(input: 7, output: 1))
        #expect(failure?.publicSentence.contains("secret") == false)
        #expect(failure?.diagnostic.contains("secret") == false)
    }

    @Test(arguments: [
        (#"{\"city\": "#, "The tool's input is not valid JSON: the text ends too early at byte 9."),
        (#"[1]"#, "The tool's input must be a JSON object, not a list."),
        (#"{\"a\":1,\"a\":2}"#, "The tool's input is not valid JSON: the name \"a\" appears twice at byte 10."),
    ])
    func `a tool input that cannot be read is reported, not thrown`(input: String, reason: String) throws {
        let text = answer(
            #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"n","input":{}}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"\#(input)"}}"#,
            #"{"type":"content_block_stop","index":0}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":3}}"#, end[1])
        let (_, reply) = try run([Array(text.utf8)])
        #expect(reply.content == [.toolUse(id: "t", name: "n", input: [:])])
        #expect(
            reply.malformedTools == [
                MalformedTool(id: "t", name: "n", input: input.replacing("\\", with: ""), reason: reason)
            ])
    }

    @Test func `a cut or refused answer is a reply that is not whole`() throws {
        for (name, stop) in [("max_tokens", StopReason.maxTokens), ("refusal", .refusal), ("pause_turn", .pauseTurn)] {
            let delta = #"{"type":"message_delta","delta":{"stop_reason":"\#(name)"},"usage":{"output_tokens":3}}"#
            let (events, reply) = try run([Array(answer(delta, end[1]).utf8)])
            #expect(reply.stop == stop)
            #expect(!reply.stop.isWhole)
            #expect(reply.content.isEmpty)
            #expect(events.last == .finished(stop, Usage(input: 7, output: 3)))
        }
    }

    @Test func `counts that no call has are not believed`() throws {
        let delta =
            #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":-5,"input_tokens":9e18}}"#
        let (_, reply) = try run([Array(answer(delta, end[1]).utf8)])
        #expect(reply.usage == Usage(input: 7, output: 1))
    }
}
