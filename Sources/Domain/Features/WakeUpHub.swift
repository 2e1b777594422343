package import Postgres
internal import Synchronization

/// Carries "something changed" from one LISTEN connection to every stream that waits for it.
///
/// A wake-up says nothing but the topic (a feature's or a message's id): whoever is woken reads what is new from the
/// table, so a missed, doubled or forged notification costs a read and loses nothing.
package final class WakeUpHub: Sendable {
    private struct Topics {
        var streams: [String: [UInt64: AsyncStream<Void>.Continuation]] = [:]
        var nextID: UInt64 = 0
    }

    private let topics = Mutex(Topics())

    package init() {}

    /// Forwards notifications until the task is cancelled. After a reconnection everybody is woken.
    package func run(listener: Listener, channel: String) async {
        for await notification in listener.listen(channel) {
            switch notification {
            case .notification(let notification): wake(notification.payload)
            case .reconnected: wakeAll()
            }
        }
    }

    /// Calls `body` with a stream of wake-ups for `topic`; wake-ups that come while one is waiting are merged into it.
    package func waiting<Result>(
        for topic: String, _ body: (AsyncStream<Void>) async throws -> Result
    ) async rethrows -> Result {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let id = topics.withLock { topics in
            topics.nextID += 1
            topics.streams[topic, default: [:]][topics.nextID] = continuation
            return topics.nextID
        }
        defer {
            topics.withLock { topics in
                topics.streams[topic]?[id] = nil
                if topics.streams[topic]?.isEmpty == true { topics.streams[topic] = nil }
            }
        }
        return try await body(stream)
    }

    private func wake(_ topic: String) {
        let waiting = topics.withLock { $0.streams[topic].map { Array($0.values) } } ?? []
        for stream in waiting { stream.yield() }
    }

    private func wakeAll() {
        let waiting = topics.withLock { $0.streams.values.flatMap(\.values) }
        for stream in waiting { stream.yield() }
    }
}
