internal import HTTPClient
package import Kernel

/// An event stream that is taken up again where it broke off, so that a restart of the server loses and repeats nothing.
///
/// Used by one task; not `Sendable`.
package final class EventFollower {
    package struct Event: Sendable {
        /// Empty for an event that has none.
        package let id: String
        package let name: String
        package let data: JSON
    }

    /// What is going on with the connection, for the person who waits.
    package enum Turn: Sendable {
        case lost
        case regained
    }

    private let api: APIClient
    private let path: String
    private var after: String?
    private var chunks: ResponseBody.Iterator?
    private var parser = SSEParser(limit: 32 << 20)
    private var waiting: [Event] = []
    private var isLost = false
    private var hasComeBackEmpty = false
    /// Called when the connection breaks off, and when there is one again.
    package var turned: (Turn) -> Void = { _ in }
    /// For how long a server that cannot be reached is tried.
    package var patience: Duration = .seconds(300)

    package init(_ api: APIClient, path: String, after: String?) {
        self.api = api
        self.path = path
        self.after = after
    }

    /// The next event; `nil` when the server says that there is nothing more to come.
    ///
    /// - Throws: what ends it for good: a refusal, or a server that is gone for longer than `patience`.
    package func next() async throws(APIFailure) -> Event? {
        while waiting.isEmpty {
            if chunks == nil {
                // A stream that ends at once, again and again, is not asked for as fast as the machine can.
                if hasComeBackEmpty { try? await Task.sleep(for: .milliseconds(300)) }
                hasComeBackEmpty = true
                guard try await connect() else { return nil }
            }
            await read()
        }
        hasComeBackEmpty = false
        let event = waiting.removeFirst()
        if !event.id.isEmpty { after = event.id }
        return event
    }

    /// - Returns: whether there is a stream; not when all has been read.
    private func connect() async throws(APIFailure) -> Bool {
        let deadline = ContinuousClock.now + patience
        var pause = Duration.milliseconds(200)
        while true {
            do {
                let response = try await api.open(request)
                if isLost { turned(.regained) }
                isLost = false
                parser = SSEParser(limit: 32 << 20)
                guard response.status == 200 else { return false }
                chunks = response.body.makeAsyncIterator()
                return true
            } catch {
                guard error.mayPass, !Task.isCancelled, ContinuousClock.now < deadline else { throw error }
                lose()
                do { try await Task.sleep(for: pause) } catch { throw .unreachable(.cancelled) }
                pause = min(pause * 2, .seconds(5))
            }
        }
    }

    private func read() async {
        do {
            guard let chunk = try await chunks?.next() else { return end() }
            for event in try parser.feed(chunk) {
                // The server asks us to come back, to another of its instances perhaps.
                guard event.event != "drain" else { return end() }
                let data = (try? JSON(parsing: event.data)) ?? .null
                waiting.append(Event(id: event.id, name: event.event, data: data))
            }
        } catch {
            lose()
            end()
        }
    }

    /// The next event comes over another connection. Also how a stream ends whose token has run out; then the server
    /// says so to the request that follows.
    private func end() { chunks = nil }

    private func lose() {
        if !isLost { turned(.lost) }
        isLost = true
    }

    private var request: APIRequest {
        APIRequest(
            "GET", path, headers: after.map { [("Last-Event-ID", $0)] } ?? [], accept: "text/event-stream",
            // A comment comes every 15 seconds.
            timeouts: .init(connect: .seconds(10), firstByte: .seconds(30), idle: .seconds(45), total: nil))
    }
}

extension APIClient {
    /// What happens to a feature, after an event's number.
    package func follow(_ id: String, after: Int64) -> EventFollower {
        EventFollower(self, path: "\(path(id))/events", after: after > 0 ? String(after) : nil)
    }
}
