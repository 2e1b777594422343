internal import Kernel
internal import ModelGateway

/// Writes an answer as OpenAI's API does, whole or as chunks
/// (https://platform.openai.com/docs/api-reference/chat-streaming).
struct CompletionsWriter: AnswerWriter {
    let answer: Answer
    let input: Usage
    let wantsUsage: Bool

    var whole: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            writeHead("chat.completion", to: &json)
            writeChoice(to: &json) { json in
                json.key("message")
                json.object { json in
                    json.key("role")
                    json.string("assistant")
                    json.key("content")
                    json.string(text)
                    json.key("refusal")
                    json.string(refusal)
                    writeCalls(to: &json)
                }
                json.key("finish_reason")
                json.string(finishReason)
            }
            json.key("usage")
            writeUsage(to: &json)
        }
        return json.bytes
    }

    var events: [[UInt8]] { content + [finish] + (wantsUsage ? [usage] : []) + [Self.frame("[DONE]")] }

    var stopIndex: Int { content.count }

    static let overloaded = frame(
        #"{"error":{"message":"The server is overloaded.","type":"server_error","param":null,"code":"server_is_overloaded"}}"#
    )

    static let malformed = frame(#"{"id":"chatcmpl-dev","choices":[{"ind"#)

    private var content: [[UInt8]] {
        var events = [
            delta {
                $0.string("role", "assistant"); $0.string("content", "")
            }
        ]
        if let refusal { events.append(delta { $0.string("refusal", refusal) }) }
        var calls = 0
        for block in answer.blocks {
            switch block {
            case .text: for piece in block.pieces { events.append(delta { $0.string("content", String(piece)) }) }
            case .tool(let id, let name, _):
                let index = calls
                calls += 1
                events.append(call(index, id: id, name: name, arguments: ""))
                for piece in block.pieces { events.append(call(index, id: nil, name: nil, arguments: String(piece))) }
            }
        }
        return events
    }

    private var finish: [UInt8] {
        chunk { json in
            writeChoice(to: &json) { json in
                json.key("delta")
                json.object { _ in }
                json.key("finish_reason")
                json.string(finishReason)
            }
        }
    }

    private var usage: [UInt8] {
        chunk { json in
            json.key("choices")
            json.array { _ in }
            json.key("usage")
            writeUsage(to: &json)
        }
    }

    private var text: String? {
        let texts = answer.blocks.compactMap { if case .text(let text) = $0 { text } else { nil } }
        return texts.isEmpty ? nil : texts.joined()
    }

    private var refusal: String? { answer.stop == .refusal ? "I can't help with that." : nil }

    private var finishReason: String {
        switch answer.stop {
        case .toolUse: "tool_calls"
        case .maxTokens: "length"
        default: "stop"
        }
    }

    private func call(_ index: Int, id: String?, name: String?, arguments: String) -> [UInt8] {
        delta { json in
            json.key("tool_calls")
            json.array { json in
                json.object { json in
                    json.key("index")
                    json.integer(index)
                    if let id {
                        json.string("id", id)
                        json.string("type", "function")
                    }
                    json.key("function")
                    json.object { json in
                        if let name { json.string("name", name) }
                        json.string("arguments", arguments)
                    }
                }
            }
        }
    }

    private func writeCalls(to json: inout JSONWriter) {
        guard answer.blocks.contains(where: \.isTool) else { return }
        json.key("tool_calls")
        json.array { json in
            for case .tool(let id, let name, let input) in answer.blocks {
                json.object { json in
                    json.string("id", id)
                    json.string("type", "function")
                    json.key("function")
                    json.object { json in
                        json.string("name", name)
                        json.string("arguments", input)
                    }
                }
            }
        }
    }

    private func delta(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        chunk { json in
            writeChoice(to: &json) { json in
                json.key("delta")
                json.object(body)
                json.key("finish_reason")
                json.null()
            }
        }
    }

    private func chunk(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            writeHead("chat.completion.chunk", to: &json)
            body(&json)
        }
        return Self.frame(String(decoding: json.bytes, as: UTF8.self))
    }

    private func writeHead(_ object: String, to json: inout JSONWriter) {
        json.string("id", answer.id)
        json.string("object", object)
        // Equal requests have equal answers; no clock in them.
        json.key("created")
        json.integer(0)
        json.string("model", ModelServerNames.model)
    }

    private func writeChoice(to json: inout JSONWriter, _ body: (inout JSONWriter) -> Void) {
        json.key("choices")
        json.array { json in
            json.object { json in
                json.key("index")
                json.integer(0)
                body(&json)
                json.key("logprobs")
                json.null()
            }
        }
    }

    private func writeUsage(to json: inout JSONWriter) {
        let prompt = input.input + input.cacheRead + input.cacheWrite
        json.value([
            "prompt_tokens": .integer(Int64(prompt)), "completion_tokens": .integer(Int64(answer.outputTokens)),
            "total_tokens": .integer(Int64(prompt + answer.outputTokens)),
            "prompt_tokens_details": ["cached_tokens": .integer(Int64(input.cacheRead)), "audio_tokens": 0],
            "completion_tokens_details": ["reasoning_tokens": 0, "audio_tokens": 0],
        ])
    }

    private static func frame(_ data: String) -> [UInt8] { Array("data: \(data)\n\n".utf8) }
}

extension JSONWriter {
    fileprivate mutating func string(_ name: StaticString, _ value: String) {
        key(name)
        string(value)
    }
}
