import Kernel
import ModelGateway
import Testing

@Suite struct ConversationTests {
    @Test func `a conversation survives being stored as JSON`() throws {
        let messages: [Message] = [
            .user("Wörds with \"quotes\", \u{1F4A1} and\nlines"),
            .assistant([
                .text("I look."),
                .toolUse(
                    id: "toolu_1", name: "read_file",
                    input: ["path": "src/app.py", "deep": [1, .number(2.5), nil, true]]),
            ]),
            .user([
                .toolResult(id: "toolu_1", content: "", isError: false),
                .toolResult(id: "toolu_2", content: "no such tool", isError: true),
            ]),
        ]
        for message in messages {
            let stored = try JSON(parsing: message.json.bytes)
            #expect(try Message(json: stored) == message)
        }
    }

    @Test(arguments: [
        "{}", "[]", "{\"type\":\"image\"}", "{\"type\":\"text\"}", "{\"type\":\"text\",\"text\":5}",
        "{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"b\"}", "{\"type\":\"tool_result\",\"content\":\"x\"}",
    ])
    func `what is not a block is refused`(text: String) throws {
        let json = try JSON(parsing: text)
        #expect(throws: ContentDecodingError.self) { try ContentBlock(json: json) }
    }

    @Test func `a message needs a known role`() throws {
        #expect(throws: ContentDecodingError.self) { try Message(json: ["role": "system", "content": []]) }
        #expect(throws: ContentDecodingError.self) { try Message(json: ["role": "user", "content": "text"]) }
    }

    @Test func `only whole answers are whole`() {
        #expect(StopReason(name: "end_turn").isWhole)
        #expect(StopReason(name: "tool_use").isWhole)
        for name in ["max_tokens", "refusal", "pause_turn", "model_context_window_exceeded", "something_new"] {
            #expect(!StopReason(name: name).isWhole)
            #expect(StopReason(name: name).name == name)
        }
    }

    @Test func `failures retry only when waiting helps`() {
        let retryable: [ModelFailure.Kind] = [.throttled(until: nil), .overloaded, .network, .stalled]
        let final: [ModelFailure.Kind] = [
            .invalidKey, .exhausted, .badRequest, .contextTooLong, .refused, .incomplete,
        ]
        for kind in retryable { #expect(ModelFailure(kind).isRetryable) }
        for kind in final { #expect(!ModelFailure(kind).isRetryable) }
        let until = Timestamp(seconds: 1_000)
        #expect(ModelFailure(.throttled(until: until)).until == until)
        #expect(ModelFailure(.overloaded).until == nil)
    }

    @Test func `a failure's description leaves the diagnostic out`() {
        let failure = ModelFailure(.overloaded, diagnostic: "status 529, request req_1")
        #expect(!failure.description.contains("529"))
        #expect(!"\(failure)".contains("req_1"))
    }
}
