import HTTPClient
import Kernel
import Testing

@testable import ModelGateway
@testable import Service

/// The writing side of the development model server against the reading side of the real provider, without a socket.
@Suite struct AnswerTests {
    private func request(maxTokens: Int, stop: [String] = []) throws -> Question {
        let sequences = JSON.array(stop.map(JSON.string)).text
        return try Question(
            messages: Array(
                #"{"model":"m","max_tokens":\#(maxTokens),"stop_sequences":\#(sequences),"messages":[{"role":"user","content":"x"}]}"#
                    .utf8), account: "dev-a", version: .first)
    }

    private func read(_ writer: MessagesWriter) throws -> ModelReply {
        var parser = SSEParser()
        var stream = AnthropicStream()
        for bytes in writer.events {
            for event in try parser.feed(bytes) { _ = try stream.receive(event.data) }
        }
        return try stream.reply()
    }

    @Test func `what is written is what is read`() throws {
        let input: JSON = ["files": [["path": "a.py", "content": "x = \"é\u{1F4A1}\"\n\tpass\n"]], "n": 3]
        let blocks: [BrainBlock] = [.text("Hä?\n\"quoted\" "), .tool(name: "write_files", input: input)]
        let answer = Answer(blocks, to: try request(maxTokens: 1_000))
        let usage = Usage(input: 5, cacheRead: 6, cacheWrite: 7)
        let writer = MessagesWriter(answer: answer, input: usage)
        let reply = try read(writer)
        guard case .toolUse(let id, "write_files", input) = reply.content[1] else {
            Issue.record("\(reply.content)")
            return
        }
        #expect(reply.content[0] == .text("Hä?\n\"quoted\" "))
        #expect(reply.stop == .toolUse)
        #expect(reply.model == "development-model")
        var expected = usage
        expected.output = answer.outputTokens
        #expect(reply.usage == expected)
        let whole = try JSON(parsing: writer.whole)
        #expect(whole["content"]?[1] == ["type": "tool_use", "id": .string(id), "name": "write_files", "input": input])
        #expect(whole["stop_reason"] == "tool_use")
    }

    @Test func `an answer is cut at every limit between two characters`() throws {
        let text = "aé\u{1F4A1}" + String(repeating: "xyz é ", count: 20)
        for tokens in 1...60 {
            let answer = Answer([.text(text), .tool(name: "t", input: ["a": "b"])], to: try request(maxTokens: tokens))
            let reply = try read(MessagesWriter(answer: answer, input: .zero))
            #expect(reply.usage.output <= tokens + 1)
            if answer.stop == .maxTokens {
                #expect(text.hasPrefix(reply.text))
                #expect(!reply.stop.isWhole)
            } else {
                #expect(reply.text == text)
                #expect(reply.malformedTools.isEmpty)
            }
        }
    }

    @Test func `the first stop sequence ends the text`() throws {
        let answer = Answer(
            [.text("one two three"), .tool(name: "t", input: [:])],
            to: try request(maxTokens: 100, stop: ["three", "two"]))
        #expect(answer.blocks == [.text("one ")])
        #expect(answer.stop == .stopSequence)
        #expect(answer.stopSequence == "two")
    }

    @Test func `equal requests get equal answers`() throws {
        let blocks: [BrainBlock] = [.tool(name: "t", input: [:]), .tool(name: "t", input: [:])]
        let first = Answer(blocks, to: try request(maxTokens: 100))
        let second = Answer(blocks, to: try request(maxTokens: 100))
        let other = Answer(blocks, to: try request(maxTokens: 101))
        #expect(first.id == second.id)
        #expect(first.blocks == second.blocks)
        #expect(first.blocks != other.blocks)
        #expect(first.blocks[0] != first.blocks[1])
    }

    @Test func `nothing to say is an empty answer`() throws {
        let reply = try read(MessagesWriter(answer: Answer([], to: try request(maxTokens: 5)), input: .zero))
        #expect(reply.content.isEmpty)
        #expect(reply.stop == .endTurn)
    }
}

/// What our own client sends, for tests that read it.
enum AnthropicWire {
    static func body(of request: ModelRequest) throws -> [UInt8] { AnthropicRequest.body(for: request) }
}
