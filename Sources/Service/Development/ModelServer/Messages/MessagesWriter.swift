internal import Kernel
internal import ModelGateway

/// Writes an answer as Anthropic's API does, whole or as server-sent events.
struct MessagesWriter: AnswerWriter {
    let answer: Answer
    /// The input side; the output side is the answer's own.
    let input: Usage

    var whole: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            writeHead(to: &json, stop: answer.stop, outputTokens: answer.outputTokens) { json in
                for block in answer.blocks {
                    json.object { json in
                        switch block {
                        case .text(let text): Self.write("text", text: text, to: &json)
                        case .tool(let id, let name, let input):
                            let value = (try? JSON(parsing: input)) ?? .string(input)
                            Self.writeTool(id, name, value, to: &json)
                        }
                    }
                }
            }
        }
        return json.bytes
    }

    var events: [[UInt8]] { content + [settle(), Self.event("message_stop") { _ in }] }

    var stopIndex: Int { content.count }

    private var content: [[UInt8]] {
        var events = [start()]
        for (index, block) in answer.blocks.enumerated() {
            events.append(startBlock(block, index))
            if index == 0 { events.append(Self.ping) }
            for (count, piece) in block.pieces.enumerated() {
                events.append(delta(piece, of: block, index))
                if count % 100 == 99 { events.append(Self.ping) }
            }
            events.append(
                Self.event("content_block_stop") { json in
                    json.key("index")
                    json.integer(index)
                })
        }
        return events
    }

    private static let ping = event("ping") { _ in }

    static let overloaded = event("error") { json in
        json.key("error")
        json.value(["type": "overloaded_error", "message": "Overloaded"])
    }

    static let malformed = frame("content_block_delta", data: Array("{\"type\":\"content_bl".utf8))

    private static func frame(_ name: StaticString, data: [UInt8]) -> [UInt8] {
        var frame = Array("event: \(name)\ndata: ".utf8)
        frame += data
        frame += [10, 10]
        return frame
    }

    private static func event(_ name: StaticString, _ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("type")
            json.string("\(name)")
            body(&json)
        }
        return frame(name, data: json.bytes)
    }

    private func start() -> [UInt8] {
        Self.event("message_start") { json in
            json.key("message")
            json.object { json in writeHead(to: &json, stop: nil, outputTokens: 1) { _ in } }
        }
    }

    private func startBlock(_ block: Answer.Block, _ index: Int) -> [UInt8] {
        Self.event("content_block_start") { json in
            json.key("index")
            json.integer(index)
            json.key("content_block")
            json.object { json in
                switch block {
                case .text: Self.write("text", text: "", to: &json)
                case .tool(let id, let name, _): Self.writeTool(id, name, [:], to: &json)
                }
            }
        }
    }

    private func delta(_ piece: Substring, of block: Answer.Block, _ index: Int) -> [UInt8] {
        Self.event("content_block_delta") { json in
            json.key("index")
            json.integer(index)
            json.key("delta")
            json.object { json in
                switch block {
                case .text: Self.write("text_delta", text: String(piece), to: &json)
                case .tool:
                    json.key("type")
                    json.string("input_json_delta")
                    json.key("partial_json")
                    json.string(String(piece))
                }
            }
        }
    }

    private func settle() -> [UInt8] {
        Self.event("message_delta") { json in
            json.key("delta")
            json.object { json in
                json.key("stop_reason")
                json.string(answer.stop.name)
                json.key("stop_sequence")
                json.string(answer.stopSequence)
            }
            json.key("usage")
            writeUsage(to: &json, outputTokens: answer.outputTokens)
        }
    }

    private func writeHead(
        to json: inout JSONWriter, stop: StopReason?, outputTokens: Int, content: (inout JSONWriter) -> Void
    ) {
        json.key("id")
        json.string(answer.id)
        json.key("type")
        json.string("message")
        json.key("role")
        json.string("assistant")
        json.key("model")
        json.string(ModelServerNames.model)
        json.key("content")
        json.array(content)
        json.key("stop_reason")
        json.string(stop?.name)
        json.key("stop_sequence")
        json.string(stop == nil ? nil : answer.stopSequence)
        json.key("usage")
        writeUsage(to: &json, outputTokens: outputTokens)
    }

    private func writeUsage(to json: inout JSONWriter, outputTokens: Int) {
        json.object { json in
            json.key("input_tokens")
            json.integer(input.input)
            json.key("cache_creation_input_tokens")
            json.integer(input.cacheWrite)
            json.key("cache_read_input_tokens")
            json.integer(input.cacheRead)
            json.key("output_tokens")
            json.integer(outputTokens)
        }
    }

    private static func write(_ type: StaticString, text: String, to json: inout JSONWriter) {
        json.key("type")
        json.string("\(type)")
        json.key("text")
        json.string(text)
    }

    private static func writeTool(_ id: String, _ name: String, _ input: JSON, to json: inout JSONWriter) {
        json.key("type")
        json.string("tool_use")
        json.key("id")
        json.string(id)
        json.key("name")
        json.string(name)
        json.key("input")
        json.value(input)
    }
}
