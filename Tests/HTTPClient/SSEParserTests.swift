import Testing

@testable import HTTPClient

struct SSEParserTests {
    private func event(_ data: String, _ event: String = "message", id: String = "") -> SSEEvent {
        SSEEvent(event: event, data: Array(data.utf8), id: id)
    }

    private func parse(_ text: String, limit: Int = 1_000) throws -> [SSEEvent] {
        var parser = SSEParser(limit: limit)
        return try parser.feed(Array(text.utf8))
    }

    /// The stream of the tests below, and what it means.
    private let stream =
        "\u{feff}: hello\n\ndata: first event\nid: 1\n\ndata:second event\r\nid\r\n\r\ndata:  third event\r\r"
        + "event: add\ndata: YHOO\ndata: +2\ndata: 10\n\ndata\n\ndata\ndata\n\nunknown: x\nevent: dropped\n\n"
        + "id: 7\nretry: 2500\ndata: grüße\n\ndata: unfinished"

    private var meaning: [SSEEvent] {
        [
            event("first event", id: "1"), event("second event"), event(" third event"), event("YHOO\n+2\n10", "add"),
            event(""), event("\n"), event("grüße", id: "7"),
        ]
    }

    @Test func theStandardsExamples() throws {
        #expect(try parse(stream) == meaning)
    }

    @Test func chunksMayEndAnywhere() throws {
        let bytes = Array(stream.utf8)
        for cut in 0...bytes.count {
            var parser = SSEParser()
            let events = try parser.feed(bytes[..<cut]) + parser.feed(bytes[cut...])
            #expect(events == meaning, "cut at \(cut)")
        }
        var parser = SSEParser()
        var events: [SSEEvent] = []
        for byte in bytes { events += try parser.feed([byte]) }
        #expect(events == meaning)
        #expect(parser.lastEventID == "7")
        #expect(parser.retryMilliseconds == 2_500)
    }

    @Test func anEventIsThereAsSoonAsItsLineEnds() throws {
        var parser = SSEParser()
        // The carriage return ends the line; a line feed that follows belongs to it.
        #expect(try parser.feed(Array("data: a\r\n\r".utf8)) == [event("a")])
        #expect(try parser.feed(Array("\ndata: b\n\n".utf8)) == [event("b")])
    }

    @Test func oddFieldsAreIgnored() throws {
        #expect(try parse("id: a\0b\ndata: x\n\n") == [event("x")])
        #expect(try parse("Data: x\n\n") == [])
        #expect(try parse(" data: x\n\n") == [])
        #expect(try parse("event: one\nevent\ndata: x\n\n") == [event("x")])
        var parser = SSEParser()
        _ = try parser.feed(Array("retry: 1x\nretry:\nretry: -1\n".utf8))
        #expect(parser.retryMilliseconds == nil)
        // A byte order mark counts at the very start alone.
        #expect(try parse("\n\u{feff}data: x\n\n") == [])
    }

    @Test func sizesAreBounded() throws {
        #expect(try parse("data: 0123456789\n\n", limit: 16).count == 1)
        #expect(throws: SSETooLarge(limit: 15)) { try parse("data: 0123456789\n\n", limit: 15) }
        #expect(throws: SSETooLarge(limit: 100)) {
            try parse(String(repeating: "data: 01234567\n", count: 20), limit: 100)
        }
        #expect(throws: SSETooLarge(limit: 10)) { try parse(": a long comment", limit: 10) }
        // Empty data lines count as well: each adds a line feed.
        #expect(throws: SSETooLarge(limit: 50)) { try parse(String(repeating: "data\n", count: 100), limit: 50) }
        // The limit is for one event, not for the stream.
        #expect(try parse(String(repeating: "data: 0123456789\n\n", count: 50), limit: 20).count == 50)
    }
}
