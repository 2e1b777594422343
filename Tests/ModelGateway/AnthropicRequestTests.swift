import Kernel
import Testing

@testable import ModelGateway

@Suite struct AnthropicRequestTests {
    private func body(_ request: ModelRequest) throws -> JSON {
        try JSON(parsing: AnthropicRequest.body(for: request))
    }

    @Test func `a plain request carries model, limit and messages`() throws {
        let json = try body(ModelRequest(model: "m", messages: [.user("Hello")], maxTokens: 50))
        #expect(
            json == [
                "model": "m", "max_tokens": 50, "stream": true,
                "messages": [["role": "user", "content": [["type": "text", "text": "Hello"]]]],
            ])
    }

    @Test func `tools, choice, temperature and results are written as the API has them`() throws {
        let tool = ToolDefinition(
            name: "set_title", description: "Names it.", schema: .object([.required("title", .string())]))
        let messages: [Message] = [
            .user("Name it"),
            .assistant([.toolUse(id: "toolu_1", name: "set_title", input: ["title": ""])]),
            .user([.toolResult(id: "toolu_1", content: "empty title", isError: true)]),
        ]
        let json = try body(
            ModelRequest(
                model: "m", system: [SystemBlock("Rules.")], messages: messages, tools: [tool],
                toolChoice: .tool("set_title"), maxTokens: 50, temperature: 0.5))
        #expect(json["temperature"] == .number(0.5))
        #expect(json["system"] == [["type": "text", "text": "Rules."]])
        #expect(json["tool_choice"] == ["type": "tool", "name": "set_title"])
        #expect(json["tools"]?[0]?["input_schema"] == tool.schema.json)
        #expect(
            json["messages"]?[1]?["content"]?[0]
                == ["type": "tool_use", "id": "toolu_1", "name": "set_title", "input": ["title": ""]])
        #expect(
            json["messages"]?[2]?["content"]?[0]
                == ["type": "tool_result", "tool_use_id": "toolu_1", "content": "empty title", "is_error": true])
    }

    @Test func `a tool choice without tools is left out`() throws {
        let json = try body(ModelRequest(model: "m", messages: [.user("x")], toolChoice: .any, maxTokens: 5))
        #expect(json["tool_choice"] == nil)
        #expect(json["tools"] == nil)
    }

    @Test func `cache marks stand where asked, at most four`() throws {
        let mark: JSON = ["type": "ephemeral"]
        let system = (0..<6).map { SystemBlock("block \($0)", cache: true) }
        let json = try body(
            ModelRequest(
                model: "m", system: system, messages: [.user("first"), .assistant([.text("a")]), .user("last")],
                maxTokens: 5, cacheLastMessage: true))
        let marked = json["system"]?.array?.map { $0["cache_control"] == mark }
        #expect(marked == [false, false, false, false, true, true])
        // Where the request before had its last mark.
        #expect(json["messages"]?[0]?["content"]?[0]?["cache_control"] == mark)
        #expect(json["messages"]?[1]?["content"]?[0]?["cache_control"] == nil)
        #expect(json["messages"]?[2]?["content"]?[0]?["cache_control"] == mark)
    }

    @Test func `blank text, which the API refuses, is left out`() throws {
        let json = try body(
            ModelRequest(
                model: "m", system: [SystemBlock(" \n", cache: true)],
                messages: [
                    .user("x"), .assistant([.text("  ")]), .user([.text(""), .text("y")]),
                ],
                maxTokens: 5))
        #expect(json["system"] == nil)
        #expect(json["messages"]?.array?.count == 2)
        #expect(json["messages"]?[1]?["content"] == [["type": "text", "text": "y"]])
    }

    @Test func `a stored tool input that is not an object becomes an empty one`() throws {
        let json = try body(
            ModelRequest(
                model: "m", messages: [.user("x"), .assistant([.toolUse(id: "t", name: "n", input: "text")])],
                maxTokens: 5))
        #expect(json["messages"]?[1]?["content"]?[0]?["input"] == [:])
    }

    @Test func `the token estimate errs on the dear side`() {
        let request = ModelRequest(
            model: "m", messages: [.user(String(repeating: "word ", count: 3_000))], maxTokens: 5)
        #expect(request.inputTokensEstimate > 15_000 / 4)
        #expect(request.inputTokensEstimate < 15_000)
    }
}
