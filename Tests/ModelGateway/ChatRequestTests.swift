import Kernel
import Testing

@testable import ModelGateway

@Suite struct ChatRequestTests {
    private func body(_ request: ModelRequest, _ provider: Provider = .openai) throws -> JSON {
        guard case .openAIChat(let dialect) = provider.preset.wire else { throw NotChat() }
        return try JSON(parsing: ChatRequest(provider: provider, dialect: dialect).body(for: request))
    }

    private struct NotChat: Error {}

    private static let tools = ["get", "list"].map { name in
        ToolDefinition(name: name, description: "Does it.", schema: .object([.required("title", .string())]))
    }

    /// A tool loop after one round: two calls, one of which failed.
    private static let loop = ModelRequest(
        model: "m", system: [SystemBlock("Rules.", cache: true), SystemBlock("More.", cache: true)],
        messages: [
            .user("Name it"),
            .assistant([
                .text("I do."), .toolUse(id: "call_1", name: "get", input: ["title": "ü"]),
                .toolUse(id: "call_2", name: "list", input: [:]),
            ]),
            .user([
                .text("Go on."), .toolResult(id: "call_1", content: "fine", isError: false),
                .toolResult(id: "call_2", content: "no such list", isError: true),
            ]),
        ], tools: tools, toolChoice: .any, maxTokens: 50, temperature: 0.5, cacheLastMessage: true)

    @Test func `a plain request asks for a stream and its usage`() throws {
        let json = try body(ModelRequest(model: "m", messages: [.user("Hello")], maxTokens: 50))
        #expect(json["prompt_cache_key"]?.string?.hasPrefix("specwright-") == true)
        var rest = try #require(json.object)
        rest["prompt_cache_key"] = nil
        #expect(
            JSON.object(rest) == [
                "model": "m", "max_completion_tokens": 50, "stream": true, "stream_options": ["include_usage": true],
                "messages": [["role": "user", "content": "Hello"]],
            ])
    }

    @Test func `a tool loop is written as the API has it`() throws {
        let json = try body(Self.loop)
        #expect(json["temperature"] == .number(0.5))
        #expect(json["tool_choice"] == "required")
        #expect(
            json["tools"]?[0]
                == [
                    "type": "function",
                    "function": ["name": "get", "description": "Does it.", "parameters": Self.tools[0].schema.json],
                ])
        #expect(
            json["messages"] == [
                ["role": "system", "content": "Rules.\n\nMore."], ["role": "user", "content": "Name it"],
                [
                    "role": "assistant", "content": "I do.",
                    "tool_calls": [
                        [
                            "id": "call_1", "type": "function",
                            "function": ["name": "get", "arguments": #"{"title":"ü"}"#],
                        ],
                        ["id": "call_2", "type": "function", "function": ["name": "list", "arguments": "{}"]],
                    ],
                ],
                ["role": "tool", "tool_call_id": "call_1", "content": "fine"],
                ["role": "tool", "tool_call_id": "call_2", "content": "Error: no such list"],
                ["role": "user", "content": "Go on."],
            ])
    }

    @Test func `what stays the same comes first, so that caches find it`() throws {
        let first = ChatRequest(provider: .openai, dialect: ChatDialect()).body(for: Self.loop)
        var grown = Self.loop
        grown.messages += [.assistant([.text("Done.")]), .user("And now?")]
        let second = ChatRequest(provider: .openai, dialect: ChatDialect()).body(for: grown)
        let common = zip(first, second).prefix { $0 == $1 }.count
        let end = try #require(String(decoding: first, as: UTF8.self).firstRange(of: "Go on.\"}"))
        #expect(common >= String(decoding: first, as: UTF8.self)[..<end.upperBound].utf8.count)
        #expect(try body(Self.loop)["prompt_cache_key"] == body(grown)["prompt_cache_key"])
        var other = Self.loop
        other.messages[0] = .user("Name something else")
        #expect(try body(Self.loop)["prompt_cache_key"] != body(other)["prompt_cache_key"])
    }

    @Test func `one tool is asked for by name, or is the only one there where names cannot be said`() throws {
        var request = Self.loop
        request.toolChoice = .tool("list")
        #expect(try body(request)["tool_choice"] == ["type": "function", "function": ["name": "list"]])
        for provider in [Provider.ollama, .deepseek] {
            let json = try body(request, provider)
            #expect(json["tool_choice"] == nil)
            #expect(json["tools"]?.array?.map { $0["function"]?["name"] } == ["list"])
            #expect(try body(Self.loop, provider)["tools"]?.array?.count == 2)
        }
    }

    @Test func `no tools, no choice among them`() throws {
        let json = try body(ModelRequest(model: "m", messages: [.user("x")], toolChoice: .any, maxTokens: 5))
        #expect(json["tool_choice"] == nil)
        #expect(json["tools"] == nil)
    }

    @Test(arguments: [
        (Provider.openai, "max_completion_tokens", true, true), (.groq, "max_completion_tokens", true, false),
        (.gemini, "max_tokens", true, false), (.deepseek, "max_tokens", true, false),
        (.openrouter, "max_tokens", false, false), (.mistral, "max_tokens", false, true),
        (.ollama, "max_tokens", true, false), (.vllm, "max_tokens", true, false),
        (.compatible, "max_tokens", true, false),
    ])
    func `fields that not everybody knows`(provider: Provider, limit: String, asks: Bool, key: Bool) throws {
        let json = try body(Self.loop, provider)
        #expect(json[limit] == 50)
        #expect((json["max_tokens"] == nil) != (json["max_completion_tokens"] == nil))
        #expect((json["stream_options"] != nil) == asks)
        #expect((json["prompt_cache_key"] != nil) == key)
    }

    @Test func `turns that say and call nothing are left out`() throws {
        let json = try body(
            ModelRequest(
                model: "m", system: [SystemBlock("  ")],
                messages: [
                    .user("a"), .assistant([.text(" \n")]), .assistant([.providerState(.openai, ["reasoning": "x"])]),
                    .user([.text(""), .text("b")]),
                ], maxTokens: 5))
        #expect(json["messages"] == [["role": "user", "content": "a"], ["role": "user", "content": "b"]])
    }

    @Test func `a call whose arguments were unreadable goes back as an empty object, without text as null`() throws {
        let json = try body(
            ModelRequest(
                model: "m", messages: [.user("a"), .assistant([.toolUse(id: "c", name: "f", input: "x")])], maxTokens: 5
            ))
        #expect(json["messages"]?[1]?["content"] == .null)
        #expect(json["messages"]?[1]?["tool_calls"]?[0]?["function"]?["arguments"] == "{}")
    }

    @Test func `Mistral gets call ids of its own form, the same in calls and results`() throws {
        var request = Self.loop
        request.messages[1].content.append(.toolUse(id: "abcDEF012", name: "get", input: [:]))
        let messages = try #require(try body(request, .mistral)["messages"]?.array)
        let ids = messages[2]["tool_calls"]?.array?.compactMap { $0["id"]?.string } ?? []
        #expect(ids.count == 3 && Set(ids).count == 3)
        #expect(ids.allSatisfy { $0.utf8.count == 9 && $0.allSatisfy { $0.isLetter || $0.isNumber } })
        #expect(ids[2] == "abcDEF012")
        #expect(messages[3...4].map { $0["tool_call_id"]?.string } == ids[0...1].map { $0 })
    }
}

/// What a provider wants to see again.
@Suite struct ProviderStateTests {
    private func turn(_ provider: Provider, after content: [ContentBlock]) throws -> JSON? {
        guard case .openAIChat(let dialect) = provider.preset.wire else { return nil }
        let request = ModelRequest(model: "m", messages: [.user("a"), .assistant(content)], maxTokens: 5)
        return try JSON(parsing: ChatRequest(provider: provider, dialect: dialect).body(for: request))["messages"]?[1]
    }

    private func reply(_ provider: Provider, _ deltas: String...) throws -> ModelReply {
        let chunks = deltas.map { #"data: {"choices":[{"index":0,"delta":\#($0)}]}"# + "\n\n" }
        return try ChatStreamTests.reply(
            chunks.joined() + #"data: {"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"# + "\n\n",
            provider: provider)
    }

    private static let call = #"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}"#

    @Test func `DeepSeek's reasoning goes back to DeepSeek, with every turn that called a tool`() throws {
        let reply = try reply(.deepseek, #"{"reasoning_content":"I th"}"#, #"{"reasoning_content":"ink."}"#, Self.call)
        #expect(reply.text == "")
        #expect(try turn(.deepseek, after: reply.content)?["reasoning_content"] == "I think.")
        #expect(try turn(.openai, after: reply.content)?["reasoning_content"] == nil)
        #expect(try turn(.compatible, after: reply.content)?["reasoning_content"] == nil)
        let foreign = [ContentBlock.toolUse(id: "toolu_1", name: "f", input: [:])]
        #expect(try turn(.deepseek, after: foreign)?["reasoning_content"] == "")
        #expect(try turn(.deepseek, after: [.text("Hi")])?["reasoning_content"] == nil)
    }

    @Test func `Gemini's signatures go back with the calls they sign`() throws {
        let signed =
            #"{"tool_calls":[{"index":0,"id":"a","extra_content":{"google":{"thought_signature":"c2ln"}},"#
            + #""function":{"name":"f","arguments":"{}"}},{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}]}"#
        let calls = try turn(.gemini, after: reply(.gemini, signed).content)?["tool_calls"]
        #expect(calls?[0]?["extra_content"] == ["google": ["thought_signature": "c2ln"]])
        #expect(calls?[1]?["extra_content"] == nil)
    }

    @Test func `OpenRouter's reasoning goes back whole`() throws {
        let reply = try reply(
            .openrouter, #"{"reasoning_details":[{"type":"reasoning.text","text":"I th","index":0}]}"#,
            #"{"reasoning_details":[{"type":"reasoning.text","text":"ink.","index":0,"signature":"s"}]}"#,
            #"{"reasoning_details":[{"type":"reasoning.encrypted","data":"x","index":1}]}"#, Self.call)
        #expect(
            try turn(.openrouter, after: reply.content)?["reasoning_details"] == [
                ["type": "reasoning.text", "text": "I think.", "index": 0, "signature": "s"],
                ["type": "reasoning.encrypted", "data": "x", "index": 1],
            ])
    }

    @Test func `it is kept in checkpoints, and Anthropic never sees it`() throws {
        let reply = try reply(.deepseek, #"{"reasoning_content":"I think."}"#, Self.call)
        let message = Message.assistant(reply.content)
        #expect(try Message(json: JSON(parsing: message.json.bytes)) == message)
        let request = ModelRequest(model: "m", messages: [.user("a"), message], maxTokens: 5)
        #expect(!String(decoding: AnthropicRequest.body(for: request), as: UTF8.self).contains("think"))
    }
}
