internal import Synchronization

/// The events of one channel, for one consumer. It ends when its task is cancelled or the listener is closed, and
/// unsubscribes when it is let go.
package struct NotificationStream: AsyncSequence, Sendable {
    package typealias Element = NotificationEvent
    package typealias Failure = Never

    let subscription: Subscription

    package func makeAsyncIterator() -> Iterator { Iterator(subscription: subscription) }

    package struct Iterator: AsyncIteratorProtocol {
        let subscription: Subscription

        package mutating func next() async -> NotificationEvent? { await subscription.next() }

        package mutating func next(isolation actor: isolated (any Actor)?) async -> NotificationEvent? {
            await subscription.next()
        }
    }
}

/// A bounded buffer between the listener and one consumer. When it is full, its contents give way to one
/// `.reconnected`: a slow consumer re-reads instead of holding memory.
final class Subscription: Sendable {
    private struct State {
        var buffer: [NotificationEvent] = []
        var consumer: CheckedContinuation<NotificationEvent?, Never>?
        var hasEnded = false
    }

    let channel: String
    private let limit: Int
    private let state = Mutex(State())
    private let whenDropped: @Sendable (String) -> Void

    init(channel: String, limit: Int, whenDropped: @escaping @Sendable (String) -> Void) {
        self.channel = channel
        self.limit = limit
        self.whenDropped = whenDropped
    }

    deinit { whenDropped(channel) }

    func yield(_ event: NotificationEvent) {
        let consumer = state.withLock { state -> CheckedContinuation<NotificationEvent?, Never>? in
            guard !state.hasEnded else { return nil }
            if let consumer = state.consumer {
                state.consumer = nil
                return consumer
            }
            // The same news twice in a row is no news.
            guard state.buffer.last != event else { return nil }
            if event == .reconnected || state.buffer.count >= limit {
                state.buffer = [.reconnected]
            } else {
                state.buffer.append(event)
            }
            return nil
        }
        consumer?.resume(returning: event)
    }

    func end() {
        let consumer = state.withLock { state in
            state.hasEnded = true
            state.buffer = []
            defer { state.consumer = nil }
            return state.consumer
        }
        consumer?.resume(returning: nil)
    }

    func next() async -> NotificationEvent? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let event = state.withLock { state -> NotificationEvent?? in
                    precondition(state.consumer == nil, "a notification stream has one consumer")
                    if !state.buffer.isEmpty { return .some(state.buffer.removeFirst()) }
                    if state.hasEnded || Task.isCancelled { return .some(nil) }
                    state.consumer = continuation
                    return nil
                }
                if let event { continuation.resume(returning: event) }
            }
        } onCancel: {
            let consumer = state.withLock { state in
                defer { state.consumer = nil }
                return state.consumer
            }
            consumer?.resume(returning: nil)
        }
    }
}
