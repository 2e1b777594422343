package import Kernel
package import Postgres
internal import Synchronization

/// Carries "something changed" from one LISTEN connection to every stream that waits for it.
///
/// A wake-up says nothing but the topic (a feature's or a message's id): whoever is woken reads what is new from the
/// table, so a missed, doubled or forged notification costs a read and loses nothing.
package final class WakeUpHub: Sendable {
    private struct Waiting {
        var streams: [String: [UInt64: AsyncStream<Void>.Continuation]] = [:]
        var nextID: UInt64 = 0
        var byUser: [UserID: Int] = [:]
    }

    private let waiting = Mutex(Waiting())
    private let streamsPerPerson: Int

    /// - Parameter streamsPerPerson: how many streams one person may hold in this process: every stream costs a
    ///   connection and, each time something happens, a read.
    package init(streamsPerPerson: Int = 100) { self.streamsPerPerson = streamsPerPerson }

    /// Refuses one stream too many, while a refusal can still be an answer. Requests that come together may all pass;
    /// the limit is there for those that pile up.
    package func requireRoom(for user: UserID) throws(Problem) {
        guard waiting.withLock({ $0.byUser[user, default: 0] }) < streamsPerPerson else {
            throw Problem(
                "too-many-streams", status: 429, title: "Too many event streams",
                detail: "You hold \(streamsPerPerson) event streams already. Close one, then open this one.",
                headers: [("Retry-After", "5")])
        }
    }

    /// Forwards notifications until the task is cancelled. After a reconnection everybody is woken.
    package func run(listener: Listener, channel: String) async {
        for await notification in listener.listen(channel) {
            switch notification {
            case .notification(let notification): wake(notification.payload)
            case .reconnected: wakeAll()
            }
        }
    }

    /// Calls `body` with a stream of wake-ups for any of `topics`; those that come while one is waiting are merged into it.
    package func waiting<Result>(
        for topics: String..., user: UserID, body: (AsyncStream<Void>) async throws -> Result
    ) async rethrows -> Result {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let id = waiting.withLock { waiting in
            waiting.nextID += 1
            waiting.byUser[user, default: 0] += 1
            for topic in topics { waiting.streams[topic, default: [:]][waiting.nextID] = continuation }
            return waiting.nextID
        }
        defer {
            waiting.withLock { waiting in
                let left = (waiting.byUser[user] ?? 1) - 1
                waiting.byUser[user] = left > 0 ? left : nil
                for topic in topics {
                    waiting.streams[topic]?[id] = nil
                    if waiting.streams[topic]?.isEmpty == true { waiting.streams[topic] = nil }
                }
            }
        }
        return try await body(stream)
    }

    private func wake(_ topic: String) {
        let streams = waiting.withLock { $0.streams[topic].map { Array($0.values) } } ?? []
        for stream in streams { stream.yield() }
    }

    private func wakeAll() {
        let streams = waiting.withLock { $0.streams.values.flatMap(\.values) }
        for stream in streams { stream.yield() }
    }
}
