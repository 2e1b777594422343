internal import EventLoop
internal import Kernel

/// The transaction lane of one loop: connections lent to one transaction at a time, opened when first needed.
///
/// A connection goes back to the idle ones only when the server itself says that no transaction is open on it, nothing
/// is in flight and no cancellation is on its way; one that does not get there in time is closed.
///
/// Invariant for @unchecked: everything mutable is touched by the loop's thread alone.
final class TransactionPool: @unchecked Sendable {
    /// A caller in line for a connection.
    final class Waiter: @unchecked Sendable {
        let deadline: ContinuousClock.Instant
        fileprivate var continuation: UnsafeContinuation<Connection, any Error>?
        fileprivate var isAbandoned = false

        init(deadline: ContinuousClock.Instant) { self.deadline = deadline }

        fileprivate func resume(_ result: sending Result<Connection, any Error>) {
            guard let continuation else { return }
            self.continuation = nil
            continuation.resume(with: result)
        }
    }

    let loop: EventLoop
    private let configuration: DatabaseConfiguration
    private let observer: ConnectionObserver
    private var idle: [Connection] = []
    private var waiting: [Waiter] = []
    /// Open connections, idle or lent.
    private var open: [Connection] = []
    private var opening = 0
    private var failures = 0
    private var expiry: ScheduledTimer?
    private var isClosed = false
    private var whenAllClosed: [() -> Void] = []

    init(_ configuration: DatabaseConfiguration, loop: EventLoop, observer: ConnectionObserver) {
        self.configuration = configuration
        self.loop = loop
        self.observer = observer
    }

    func acquire(_ waiter: Waiter, _ continuation: UnsafeContinuation<Connection, any Error>) {
        loop.preconditionCurrent()
        waiter.continuation = continuation
        guard !waiter.isAbandoned else { return waiter.resume(.failure(CancellationError())) }
        guard !isClosed else { return waiter.resume(.failure(Problem.databaseClosed)) }
        if waiting.isEmpty, let connection = idle.popLast() { return waiter.resume(.success(connection)) }
        guard waiting.count < configuration.waitingLimit else { return waiter.resume(.failure(Problem.databaseBusy)) }
        waiting.append(waiter)
        if expiry == nil { scheduleExpiry() }
        openIfNeeded()
    }

    func abandon(_ waiter: Waiter) {
        loop.preconditionCurrent()
        waiter.isAbandoned = true
        if let index = waiting.firstIndex(where: { $0 === waiter }) { waiting.remove(at: index) }
        waiter.resume(.failure(CancellationError()))
    }

    /// Takes a connection back, in whatever state it is.
    func release(_ connection: Connection) {
        loop.preconditionCurrent()
        guard connection.isOpen else { return }
        settle(connection)
        guard connection.whenProgressed != nil else { return }
        loop.schedule(after: Self.settlingLimit) { [weak connection, lease = connection.lease] in
            guard let connection, connection.lease == lease, connection.whenProgressed != nil else { return }
            connection.close()
        }
    }

    func close(whenDone: @escaping () -> Void) {
        loop.preconditionCurrent()
        isClosed = true
        for waiter in waiting { waiter.resume(.failure(Problem.databaseClosed)) }
        waiting = []
        whenAllClosed.append(whenDone)
        for connection in idle { connection.close() }
        finishClosing()
    }

    /// Rolls back what is open, then lends the connection on.
    private func settle(_ connection: Connection) {
        guard connection.isQuiet else {
            connection.whenProgressed = { [weak self, unowned connection] in self?.settle(connection) }
            return
        }
        switch connection.transactionStatus {
        case .unknown: connection.close()
        case .open:
            connection.run(.rollback)
            connection.sync(Exchange())
            connection.whenProgressed = { [weak self, unowned connection] in self?.settle(connection) }
        case .idle:
            connection.whenProgressed = nil
            connection.lease += 1
            guard !isClosed else { return connection.close() }
            idle.append(connection)
            serve()
        }
    }

    private func serve() {
        while !waiting.isEmpty, let connection = idle.popLast() { waiting.removeFirst().resume(.success(connection)) }
    }

    // Callers wait equally long, so the first in line is the first to expire.
    private func scheduleExpiry() {
        guard let first = waiting.first else { return }
        expiry = loop.schedule(after: first.deadline - .now) { [weak self] in self?.expire() }
    }

    private func expire() {
        expiry = nil
        let now = ContinuousClock.now
        while let first = waiting.first, first.deadline <= now {
            waiting.removeFirst()
            first.resume(.failure(open.isEmpty ? Problem.databaseUnreachable : Problem.databaseBusy))
        }
        scheduleExpiry()
    }

    // MARK: Connections

    private func openIfNeeded() {
        while !isClosed, opening < waiting.count,
            open.count + opening < configuration.transactionConnectionsPerLoop
        {
            opening += 1
            Task(executorPreference: loop) { [self] in
                do {
                    opened(try await Connector.open(configuration, lane: .transaction))
                } catch {
                    failedToOpen(error)
                }
            }
        }
    }

    private func opened(_ handle: ConnectionHandle) {
        guard !isClosed else {
            opening -= 1
            return finishClosing()
        }
        let connection: Connection
        do {
            connection = try Connection(handle, loop: loop, statementCacheLimit: configuration.statementCacheLimit)
        } catch {
            return failedToOpen(error)
        }
        opening -= 1
        failures = 0
        open.append(connection)
        connection.whenClosed = { [weak self, unowned connection] in self?.closed(connection) }
        connection.closeWhenSilent(for: configuration.statementTimeout + .seconds(5))
        observer.opened(.transaction)
        settle(connection)
    }

    private func failedToOpen(_ error: any Error) {
        observer.failedToOpen(.transaction, error)
        failures += 1
        loop.schedule(after: Self.backoff.delay(after: failures)) { [weak self] in
            guard let self else { return }
            opening -= 1
            openIfNeeded()
            finishClosing()
        }
    }

    private func closed(_ connection: Connection) {
        open.removeAll { $0 === connection }
        idle.removeAll { $0 === connection }
        observer.closed(.transaction, onPurpose: isClosed)
        openIfNeeded()
        finishClosing()
    }

    private func finishClosing() {
        guard isClosed, open.isEmpty else { return }
        let done = whenAllClosed
        whenAllClosed = []
        for body in done { body() }
    }

    private static let settlingLimit: Duration = .seconds(5)
    private static let backoff = Backoff(base: .milliseconds(50), cap: .seconds(2))
}
