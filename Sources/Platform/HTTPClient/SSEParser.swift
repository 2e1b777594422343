/// One event of a `text/event-stream`.
package struct SSEEvent: Sendable, Equatable {
    /// The event's type; `message` unless the stream named another.
    package let event: String
    /// The data lines, joined with line feeds, undecoded.
    package let data: [UInt8]
    /// The last event id the stream has set, empty if none.
    package let id: String

    package init(event: String, data: [UInt8], id: String) {
        self.event = event
        self.data = data
        self.id = id
    }
}

/// An event or a line of the stream exceeds the parser's limit.
package struct SSETooLarge: Error, Sendable, Equatable {
    package let limit: Int
}

/// An incremental parser of server-sent events (WHATWG HTML §9.2.6); chunks may end anywhere.
///
/// An event without its closing blank line is not an event: at the end of the stream it is dropped, as specified.
package struct SSEParser: Sendable {
    private let limit: Int
    private var line: [UInt8] = []
    private var lastWasCarriageReturn = false
    private var isFirstLine = true
    private var data: [UInt8] = []
    private var hasData = false
    private var event: [UInt8] = []
    private(set) package var lastEventID = ""
    /// Milliseconds, as the stream last asked for by `retry:`.
    private(set) package var retryMilliseconds: Int?

    /// - Parameter limit: bytes of one event, its unfinished line included.
    package init(limit: Int = 1_048_576) { self.limit = limit }

    /// The events that `bytes` completes, in order.
    package mutating func feed(_ bytes: some Sequence<UInt8>) throws(SSETooLarge) -> [SSEEvent] {
        var events: [SSEEvent] = []
        for byte in bytes {
            if byte == 10, lastWasCarriageReturn {
                lastWasCarriageReturn = false
                continue
            }
            lastWasCarriageReturn = byte == 13
            if byte == 10 || byte == 13 {
                if let event = endLine() { events.append(event) }
            } else {
                guard line.count + data.count < limit else { throw SSETooLarge(limit: limit) }
                line.append(byte)
            }
        }
        return events
    }

    private mutating func endLine() -> SSEEvent? {
        var text = line[...]
        if isFirstLine, text.starts(with: [0xef, 0xbb, 0xbf]) { text.removeFirst(3) }
        isFirstLine = false
        defer { line.removeAll(keepingCapacity: line.capacity <= 65_536) }
        guard !text.isEmpty else { return dispatch() }
        guard let colon = text.firstIndex(of: 58) else {
            takeField(text, [])
            return nil
        }
        // A line that starts with a colon is a comment.
        guard colon > text.startIndex else { return nil }
        var value = text[(colon + 1)...]
        if value.first == 32 { value.removeFirst() }
        takeField(text[..<colon], value)
        return nil
    }

    private mutating func takeField(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
        if name.elementsEqual("data".utf8) {
            if hasData { data.append(10) }
            data.append(contentsOf: value)
            hasData = true
        } else if name.elementsEqual("event".utf8) {
            event = Array(value)
        } else if name.elementsEqual("id".utf8) {
            if !value.contains(0) { lastEventID = String(decoding: value, as: UTF8.self) }
        } else if name.elementsEqual("retry".utf8) {
            guard !value.isEmpty, value.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return }
            retryMilliseconds = Int(String(decoding: value, as: UTF8.self))
        }
    }

    private mutating func dispatch() -> SSEEvent? {
        defer {
            data = []
            hasData = false
            event = []
        }
        guard hasData else { return nil }
        let name = event.isEmpty ? "message" : String(decoding: event, as: UTF8.self)
        return SSEEvent(event: name, data: data, id: lastEventID)
    }
}
