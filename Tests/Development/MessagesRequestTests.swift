import Kernel
import ModelGateway
import Testing

@testable import Service

@Suite struct MessagesRequestTests {
    private static let tool =
        #"{"name":"t","description":"d","input_schema":{"type":"object","properties":{"a":{"type":"string"}}}}"#

    private func read(_ text: String, version: WireVersion = .first) throws(WireError) -> Question {
        try Question(messages: Array(text.utf8), account: "dev-a", version: version)
    }

    /// A request with these messages, and whatever else.
    private func request(_ messages: String, _ more: String = "") -> String {
        #"{"model":"m","max_tokens":10,"messages":[\#(messages)]\#(more)}"#
    }

    @Test func `what our own client writes is read back`() throws {
        let schema = JSONSchema.object([
            .required("kind", .choice(["a", "b"], "which")), .optional("count", .integer(in: 1...5)),
            .required("items", .array(.object([.required("path", .string(length: 1...100))]), count: 1...3)),
            .optional("flag", .bool()),
        ])
        let sent = ModelRequest(
            model: "m", system: [SystemBlock("Governance."), SystemBlock("Agent: spec\nMore.", cache: true)],
            messages: [
                .user("go"), .assistant([.text("so"), .toolUse(id: "1", name: "t", input: ["kind": "a"])]),
                .user([.toolResult(id: "1", content: "fine", isError: false), .text("on")]),
            ],
            tools: [ToolDefinition(name: "t", description: "d", schema: schema)], toolChoice: .tool("t"),
            maxTokens: 77, temperature: 0.25, cacheLastMessage: true)
        let body = try AnthropicWire.body(of: sent)
        let read = try Question(messages: body, account: "dev-a", version: .first)
        #expect(read.isStreamed)
        #expect(read.agent == "spec")
        #expect(read.request.system == sent.system)
        #expect(read.request.messages == sent.messages)
        #expect(read.request.tools[0].schema.json == schema.json)
        #expect(read.request.toolChoice == .tool("t"))
        #expect(read.request.maxTokens == 77)
        #expect(read.request.temperature == 0.25)
        #expect(read.request.cacheLastMessage)
        // The system's, and the user's last turn and the one before.
        #expect(read.trail.marks == 3)
    }

    @Test(arguments: [
        ("", "The request body is not valid JSON: the text ends too early at byte 0"),
        ("[]", "Expected an object here, not a list."),
        (#"{"model":"m","messages":[]}"#, "max_tokens: \"max_tokens\" is missing."),
        (
            #"{"model":"m","max_tokens":0,"messages":[]}"#,
            "max_tokens: \"max_tokens\" must be a whole number from 1 to 1000000."
        ),
        (#"{"model":"m","max_tokens":5,"messages":[]}"#, "messages: \"messages\" must have 1 to 100000 items."),
        (
            #"{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"x"}],"n":1}"#,
            "n: \"n\" is not a field of this request."
        ),
    ])
    func `a bad body is named as the API names it`(text: String, message: String) {
        #expect(throws: WireError.invalid(message)) { try read(text) }
    }

    @Test(arguments: [
        (#"{"role":"system","content":"x"}"#, "messages.0.role: Input should be 'user' or 'assistant'"),
        (#"{"role":"user","content":""}"#, "messages: text content blocks must be non-empty"),
        (#"{"role":"user","content":[]}"#, "messages.0: all messages must have non-empty content"),
        (#"{"role":"user","content":" \n"}"#, "messages: text content blocks must contain non-whitespace text"),
        (#"{"role":"user","content":7}"#, "messages.0.content: Input should be text or a list of content blocks"),
        (#"{"role":"assistant","content":"x"}"#, "messages: first message must use the \"user\" role"),
        (
            #"{"role":"user","content":[{"type":"image"}]}"#,
            "messages.0.content.0.type: the development model reads text, tool_use and tool_result here"
        ),
        (
            #"{"role":"user","content":[{"type":"text","text":"x","cache_control":{"type":"forever"}}]}"#,
            "messages.0.content.0.cache_control.type: Input should be 'ephemeral'"
        ),
    ])
    func `a bad message is refused`(messages: String, message: String) {
        #expect(throws: WireError.invalid(message)) { try read(request(messages)) }
    }

    @Test func `tool calls and results must pair`() {
        let ask = #"{"role":"user","content":"x"}"#
        let call = #"{"role":"assistant","content":[{"type":"tool_use","id":"1","name":"t","input":{}}]}"#
        let result = #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"ok"}]}"#
        let refused = [
            "\(ask),\(call),\(ask)", "\(result)", "\(ask),\(call),\(result),\(result)",
            "\(ask),\(call),\(result.replacing(":\"1\"", with: ":\"2\""))",
        ]
        for messages in refused { #expect(throws: WireError.self) { try read(request(messages)) } }
        #expect(throws: Never.self) { try read(request("\(ask),\(call),\(result)")) }
    }

    @Test func `the newer version takes no sampling`() throws {
        let body = request(#"{"role":"user","content":"x"}"#, #","temperature":0.5,"top_k":3"#)
        #expect(try read(body).request.temperature == 0.5)
        #expect(throws: WireError.self) { try read(body, version: .second) }
        #expect(throws: WireError.self) { try WireVersion(header: "2020-01-01") }
        #expect(throws: WireError.self) { try WireVersion(header: nil) }
    }

    @Test func `tools are checked`() {
        let ask = #"{"role":"user","content":"x"}"#
        let refused = [
            #","tools":[{"name":"bad name","input_schema":{"type":"object"}}]"#,
            #","tools":[{"name":"t"}]"#, #","tools":[{"name":"t","input_schema":{"type":"string"}}]"#,
            #","tools":[{"type":"web_search_20250305","name":"t"}]"#, #","tools":[\#(Self.tool),\#(Self.tool)]"#,
            #","tools":[\#(Self.tool)],"tool_choice":{"type":"tool","name":"other"}"#,
            #","tool_choice":{"type":"any"}"#,
        ]
        for more in refused { #expect(throws: WireError.self, "\(more)") { try read(request(ask, more)) } }
        #expect(throws: Never.self) {
            try read(request(ask, #","tools":[\#(Self.tool)],"tool_choice":{"type":"any"}"#))
        }
    }

    @Test func `no bytes end the process`() {
        let text = Array(
            request(#"{"role":"user","content":[{"type":"text","text":"é"}]}"#, #","tools":[\#(Self.tool)]"#).utf8)
        for end in text.indices {
            _ = try? Question(messages: Array(text[..<end]), account: "a", version: .first)
            var changed = text
            changed[end] = UInt8(ascii: "0")
            _ = try? Question(messages: changed, account: "a", version: .first)
        }
    }
}
