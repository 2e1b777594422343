internal import HTTPClient
package import Kernel

extension Client {
    /// Opens an event stream.
    package func events(_ path: String, after last: String? = nil) async throws -> EventReader {
        let response = try await open(
            "GET", path,
            headers: [("Accept", "text/event-stream")] + (last.map { [("Last-Event-ID", $0)] } ?? []))
        let head = Reply(status: response.status, headers: response.headers, bytes: [])
        guard response.status == 200 else {
            let bytes = try await response.body.collect(limit: 1 << 20)
            throw Unexpected("no stream but \(response.status): \(String(decoding: bytes, as: UTF8.self))")
        }
        try service.check(head, "GET", path)
        return EventReader(response.body)
    }
}

/// The events of a stream, one after the other. Used by one task at a time; not `Sendable`.
package final class EventReader {
    package struct Event: Equatable {
        package let id: String
        package let name: String
        package let data: JSON
    }

    private var chunks: ResponseBody.Iterator
    private var parser = SSEParser()
    private var waiting: [Event] = []

    init(_ body: ResponseBody) { chunks = body.makeAsyncIterator() }

    /// The next event; `nil` at the end of the stream.
    package func next() async throws -> Event? {
        while waiting.isEmpty {
            guard let chunk = try await chunks.next() else { return nil }
            waiting = try parser.feed(chunk).map {
                Event(id: $0.id, name: $0.event, data: try JSON(parsing: $0.data))
            }
        }
        return waiting.removeFirst()
    }

    /// Everything up to and including the first event that `isLast` says is the last; or up to the stream's end.
    package func read(until isLast: (Event) -> Bool = { _ in false }) async throws -> [Event] {
        var events: [Event] = []
        while let event = try await next() {
            events.append(event)
            if isLast(event) { break }
        }
        return events
    }

    /// So many events.
    package func read(_ count: Int) async throws -> [Event] {
        var events: [Event] = []
        while events.count < count, let event = try await next() { events.append(event) }
        return events
    }
}
