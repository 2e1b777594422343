package import Kernel
package import ModelGateway

/// One tool call of an answer.
package struct ToolCall: Sendable, Equatable {
    package let id: String
    package let name: String
    package let input: JSON
}

extension ModelReply {
    package var toolCalls: [ToolCall] {
        content.compactMap { block in
            if case .toolUse(let id, let name, let input) = block {
                ToolCall(id: id, name: name, input: input)
            } else {
                nil
            }
        }
    }

    /// The answer as it may stand in a conversation: providers refuse text blocks that say nothing.
    var conversationContent: [ContentBlock] {
        content.filter { block in
            if case .text(let text) = block { !text.allSatisfy(\.isWhitespace) } else { true }
        }
    }

    /// The answer and a reply to it: as the result of each of its calls, since none may stay unanswered, or as text
    /// when it has none.
    func answered(by sentence: String) -> [Message] {
        let results = toolCalls.map { ContentBlock.toolResult(id: $0.id, content: sentence, isError: true) }
        let said = conversationContent
        return (said.isEmpty ? [] : [.assistant(said)])
            + [results.isEmpty ? .user(sentence) : .user(results)]
    }
}

extension ModelReply {
    /// The answer as a checkpoint keeps it.
    ///
    /// The JSON is kept as text inside JSON: PostgreSQL's `jsonb` would reorder members (and what is sent again must be
    /// the same bytes, or no prompt cache knows it) and cannot hold U+0000, which a model may write.
    package var checkpoint: JSON {
        let body: JSON = [
            "content": .array(content.map(\.json)), "stop": .string(stop.name), "model": .string(model),
            "id": .string(id),
            "usage": [
                "input": .integer(Int64(usage.input)), "output": .integer(Int64(usage.output)),
                "cache_read": .integer(Int64(usage.cacheRead)), "cache_write": .integer(Int64(usage.cacheWrite)),
            ],
            "malformed": .array(
                malformedTools.map {
                    [
                        "id": .string($0.id), "name": .string($0.name), "input": .string($0.input),
                        "reason": .string($0.reason),
                    ]
                }),
        ]
        return ["format": 1, "reply": .string(body.text)]
    }

    /// - Throws: `ContentDecodingError` when the value is not what `checkpoint` writes.
    package init(checkpoint: JSON) throws(ContentDecodingError) {
        guard checkpoint["format"]?.integer == 1, let text = checkpoint["reply"]?.string,
            let body = try? JSON(parsing: text, maximumDepth: 128), let content = body["content"]?.array,
            let stop = body["stop"]?.string,
            let model = body["model"]?.string, let id = body["id"]?.string, let malformed = body["malformed"]?.array
        else { throw ContentDecodingError("not a kept answer") }
        func count(_ name: String) -> Int { Int(body["usage"]?[name]?.integer ?? 0) }
        self.init(
            content: try content.map { block throws(ContentDecodingError) in try ContentBlock(json: block) },
            stop: StopReason(name: stop),
            usage: Usage(
                input: count("input"), output: count("output"), cacheRead: count("cache_read"),
                cacheWrite: count("cache_write")),
            model: model, id: id,
            malformedTools: malformed.map { tool in
                MalformedTool(
                    id: tool["id"]?.string ?? "", name: tool["name"]?.string ?? "", input: tool["input"]?.string ?? "",
                    reason: tool["reason"]?.string ?? "")
            })
    }
}
