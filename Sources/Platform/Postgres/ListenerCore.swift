internal import EventLoop

/// The listener's connection and its subscribers.
///
/// Invariant for @unchecked: everything mutable is touched by the loop's thread alone.
final class ListenerCore: @unchecked Sendable {
    private struct WeakSubscription { weak var value: Subscription? }

    let loop: EventLoop
    private let configuration: DatabaseConfiguration
    private let observer: ConnectionObserver
    private var subscriptions: [String: [WeakSubscription]] = [:]
    /// Channels the server has confirmed on this connection.
    private var listening: Set<String> = []
    private var connection: Connection?
    private var isOpening = false
    private var failures = 0
    private var isClosed = false

    init(_ configuration: DatabaseConfiguration, loop: EventLoop, observer: ConnectionObserver) {
        self.configuration = configuration
        self.loop = loop
        self.observer = observer
    }

    func add(_ subscription: Subscription) {
        loop.preconditionCurrent()
        guard !isClosed else { return subscription.end() }
        let channel = subscription.channel
        let isNew = subscriptions[channel] == nil
        subscriptions[channel, default: []].append(WeakSubscription(value: subscription))
        guard let connection else { return open() }
        if listening.contains(channel) {
            subscription.yield(.reconnected)
        } else if isNew {
            listen(to: channel, on: connection)
        }
    }

    /// Forgets subscribers that are gone, and the channel with the last of them.
    func prune(_ channel: String) {
        loop.preconditionCurrent()
        subscriptions[channel]?.removeAll { $0.value == nil }
        guard subscriptions[channel]?.isEmpty == true else { return }
        subscriptions[channel] = nil
        listening.remove(channel)
        guard let connection, connection.isOpen else { return }
        connection.run(text: "UNLISTEN \(quoted(channel))")
        connection.sync(Exchange())
    }

    func close() {
        loop.preconditionCurrent()
        isClosed = true
        for subscription in subscriptions.values.joined() { subscription.value?.end() }
        subscriptions = [:]
        connection?.close()
        connection = nil
    }

    private func listen(to channel: String, on connection: Connection) {
        connection.run(text: "LISTEN \(quoted(channel))")
        connection.sync(
            Confirmation { [weak self, weak connection] in
                guard let self, let connection, connection === self.connection else { return }
                guard subscriptions[channel] != nil else { return }
                listening.insert(channel)
                yield(.reconnected, to: channel)
            })
    }

    private func yield(_ event: NotificationEvent, to channel: String) {
        for subscription in subscriptions[channel] ?? [] { subscription.value?.yield(event) }
    }

    private func quoted(_ channel: String) -> String { "\"" + channel.replacing("\"", with: "\"\"") + "\"" }

    // MARK: Connection

    private func open() {
        guard !isOpening, !isClosed else { return }
        isOpening = true
        Task(executorPreference: loop) { [self] in
            do {
                try opened(await Connector.open(configuration, lane: .listen))
            } catch {
                observer.failedToOpen(.listen, error)
                reopenLater()
            }
        }
    }

    private func opened(_ handle: ConnectionHandle) throws {
        guard !isClosed else { return }
        let connection = try Connection(handle, loop: loop, statementCacheLimit: 1)
        isOpening = false
        failures = 0
        self.connection = connection
        connection.whenNotified = { [weak self] channel, payload in
            self?.yield(.notification(Notification(channel: channel, payload: payload)), to: channel)
        }
        connection.whenClosed = { [weak self] in self?.closed() }
        connection.closeWhenSilent(for: .seconds(5))
        ping(connection)
        observer.opened(.listen)
        for channel in subscriptions.keys { listen(to: channel, on: connection) }
    }

    private func closed() {
        connection = nil
        listening = []
        observer.closed(.listen, onPurpose: isClosed)
        guard !isClosed else { return }
        isOpening = true
        reopenLater()
    }

    private func reopenLater() {
        failures += 1
        loop.schedule(after: Self.backoff.delay(after: failures)) { [weak self] in
            guard let self else { return }
            isOpening = false
            open()
        }
    }

    /// Something to answer now and then: a connection that only listens would not notice a peer that vanished.
    private func ping(_ connection: Connection) {
        loop.schedule(after: .seconds(10)) { [weak self, weak connection] in
            guard let self, let connection, connection.isOpen else { return }
            connection.run(text: "SELECT 1")
            connection.sync(Exchange())
            ping(connection)
        }
    }

    private static let backoff = Backoff(base: .milliseconds(50), cap: .seconds(2))
}

/// An exchange of which only success matters.
private final class Confirmation: Exchange, @unchecked Sendable {
    private let body: () -> Void

    init(_ body: @escaping () -> Void) { self.body = body }

    override func finish(_ outcome: Outcome) { if case .answered = outcome { body() } }
}
