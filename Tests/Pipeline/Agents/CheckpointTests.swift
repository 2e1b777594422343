import Kernel
import ModelGateway
import Pipeline
import Testing

@Suite("Kept answers")
struct CheckpointTests {
    @Test("An answer is read back to an equal value, NUL, order and depth included")
    func roundTrip() throws {
        var deep: JSON = "bottom"
        for _ in 0..<60 { deep = [deep] }
        let reply = ModelReply(
            content: [
                .text("a\0b"),
                .toolUse(id: "1", name: "write_files", input: ["zebra": 1, "a": ["b": .number(2.5)], "deep": deep]),
            ],
            stop: .other("odd"), usage: Usage(input: 1, output: 2, cacheRead: 3, cacheWrite: 4), model: "m", id: "i",
            malformedTools: [MalformedTool(id: "2", name: "n", input: "{\0", reason: "r")])
        let kept = reply.checkpoint
        let back = try ModelReply(checkpoint: JSON(parsing: kept.bytes))
        #expect(back == reply)
        #expect(back.content.map(\.json.text) == reply.content.map(\.json.text))
        // What PostgreSQL's jsonb refuses must not be in it.
        #expect(!kept.text.replacing("\\\\u0000", with: "").contains("\\u0000"))
    }

    @Test("Anything else is refused")
    func refuses() {
        for json in [
            JSON.null, [:], ["format": 2, "reply": "{}"], ["format": 1, "reply": "{"], ["format": 1, "reply": "{}"],
        ] {
            #expect(throws: ContentDecodingError.self) { try ModelReply(checkpoint: json) }
        }
    }
}
