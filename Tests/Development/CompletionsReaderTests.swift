import Kernel
import Testing

@testable import ModelGateway
@testable import Service

@Suite struct CompletionsReaderTests {
    private func read(_ text: String) throws(WireError) -> Question {
        try Question(completions: Array(text.utf8), account: "dev-a")
    }

    /// A request with these messages, and whatever else.
    private func request(_ messages: String, _ more: String = "") -> String {
        #"{"model":"m","messages":[\#(messages)]\#(more)}"#
    }

    private static let ask = #"{"role":"user","content":"x"}"#
    private static let tool =
        #"{"type":"function","function":{"name":"t","parameters":{"type":"object","properties":{}}}}"#

    @Test func `what our own client writes is read back`() throws {
        let schema = JSONSchema.object([.required("kind", .choice(["a", "b"], "which"))])
        let sent = ModelRequest(
            model: "m", system: [SystemBlock("Governance."), SystemBlock("Agent: spec\nMore.", cache: true)],
            messages: [
                .user("go"), .assistant([.text("so"), .toolUse(id: "1", name: "t", input: ["kind": "a"])]),
                .user([.toolResult(id: "1", content: "no", isError: true), .text("on")]),
            ],
            tools: [ToolDefinition(name: "t", description: "d", schema: schema)], toolChoice: .tool("t"),
            maxTokens: 77, temperature: 0.25)
        for provider in Provider.allCases {
            guard case .openAIChat(let dialect) = provider.preset.wire else { continue }
            let body = ChatRequest(provider: provider, dialect: dialect).body(for: sent)
            let read = try Question(completions: body, account: "dev-a").request
            #expect(read.system == [SystemBlock("Governance.\n\nAgent: spec\nMore.")])
            #expect(read.messages.map(\.role) == sent.messages.map(\.role))
            #expect(read.messages.map(\.text) == sent.messages.map(\.text))
            guard case .toolUse(let id, "t", ["kind": "a"]) = read.messages[1].content.last else {
                Issue.record("\(read.messages[1])")
                continue
            }
            #expect(read.messages[2].content.first == .toolResult(id: id, content: "no", isError: true))
            #expect(read.tools[0].schema.json == schema.json)
            #expect(read.toolChoice == (dialect.choosesTools ? .tool("t") : .auto))
            #expect(read.maxTokens == 77)
            #expect(read.temperature == 0.25)
        }
    }

    @Test func `bad messages are refused`() {
        let call =
            #"{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"t","arguments":"{}"}}]}"#
        let result = #"{"role":"tool","tool_call_id":"1","content":"ok"}"#
        for messages in [
            "", #"{"role":"robot","content":"x"}"#, #"{"role":"user","content":null}"#, #"{"role":"user"}"#,
            #"{"role":"user","content":[{"type":"image_url"}]}"#, #"{"role":"assistant","content":null}"#,
            #"{"role":"assistant","tool_calls":[{"id":"1"}]}"#, "\(Self.ask),\(call)",
            "\(Self.ask),\(call),\(Self.ask)",
            "\(Self.ask),\(call),\(result),\(result)", result, #"{"role":"system","content":"only rules"}"#,
        ] {
            #expect(throws: WireError.self, "\(messages)") { try read(request(messages)) }
        }
        #expect(throws: Never.self) { try read(request("\(Self.ask),\(call),\(result)")) }
    }

    @Test func `bad fields are refused`() {
        for more in [
            #","n":2"#, #","temperature":3"#, #","max_tokens":0"#, #","max_completion_tokens":"all""#,
            #","surprise":1"#,
            #","stream_options":{"include_usage":true}"#, #","tools":[]"#, #","tools":[{"type":"custom"}]"#,
            #","tools":[\#(Self.tool),\#(Self.tool)]"#, #","tool_choice":"required""#,
            #","tools":[\#(Self.tool)],"tool_choice":{"type":"function","function":{"name":"other"}}"#,
        ] {
            #expect(throws: WireError.self, "\(more)") { try read(request(Self.ask, more)) }
        }
        #expect(throws: Never.self) {
            try read(request(Self.ask, #","tools":[\#(Self.tool)],"tool_choice":"required","n":1,"seed":7"#))
        }
    }

    @Test func `no bytes end the process`() {
        let text = Array(
            request(#"{"role":"user","content":[{"type":"text","text":"é"}]}"#, #","tools":[\#(Self.tool)]"#).utf8)
        for end in text.indices {
            _ = try? Question(completions: Array(text[..<end]), account: "a")
            var changed = text
            changed[end] = UInt8(ascii: "0")
            _ = try? Question(completions: changed, account: "a")
        }
    }
}
