internal import EventLoop
internal import Kernel

/// The read lane of one loop: a few connections, many requests in flight on each.
///
/// A request is the scope's two settings, the statement, and a Sync: the Sync bounds an implicit transaction, so that
/// one round trip does it all, a failure hurts no neighbour, and the settings end with it. Sessions are read-only.
///
/// Invariant for @unchecked: everything mutable is touched by the loop's thread alone.
final class ReadLane: @unchecked Sendable {
    let loop: EventLoop
    private let configuration: DatabaseConfiguration
    private var connections: [Connection] = []
    private var opening = 0
    private var failures = 0
    private var waiting: [ReadRequest] = []
    private var expiry: ScheduledTimer?
    private var isClosed = false
    private var whenAllClosed: [() -> Void] = []
    private let observer: ConnectionObserver

    init(_ configuration: DatabaseConfiguration, loop: EventLoop, observer: ConnectionObserver) {
        self.configuration = configuration
        self.loop = loop
        self.observer = observer
    }

    func start() {
        loop.preconditionCurrent()
        while !isClosed, connections.count + opening < configuration.readConnectionsPerLoop { open() }
    }

    func submit(_ request: ReadRequest) {
        loop.preconditionCurrent()
        guard !request.isAbandoned else { return request.abandon() }
        guard !isClosed else { return request.resume(.failure(Problem.databaseClosed)) }
        if waiting.isEmpty, let connection = leastLoaded() { return send(request, on: connection) }
        guard waiting.count < configuration.waitingLimit else {
            return request.resume(.failure(Problem.databaseBusy))
        }
        waiting.append(request)
        if expiry == nil { scheduleExpiry() }
    }

    /// Puts a request that failed for no fault of its own before those that wait.
    func retry(_ request: ReadRequest) {
        request.connection?.forget(request.sql)
        waiting.insert(request, at: 0)
        if expiry == nil { scheduleExpiry() }
    }

    func abandon(_ request: ReadRequest) {
        loop.preconditionCurrent()
        request.abandon()
        if let index = waiting.firstIndex(where: { $0 === request }) { waiting.remove(at: index) }
    }

    /// Ends a connection whose session may have been changed by a statement that had no business here.
    func discard(_ request: ReadRequest) { request.connection?.close() }

    func close(whenDone: @escaping () -> Void) {
        loop.preconditionCurrent()
        isClosed = true
        for request in waiting { request.resume(.failure(Problem.databaseClosed)) }
        waiting = []
        whenAllClosed.append(whenDone)
        for connection in connections where connection.load == 0 { connection.close() }
        finishClosing()
    }

    private func leastLoaded() -> Connection? {
        var best: Connection?
        for connection in connections where connection.load < (best?.load ?? configuration.readsInFlight) {
            best = connection
        }
        return best
    }

    private func send(_ request: ReadRequest, on connection: Connection) {
        let statement = connection.statement(for: request.sql)
        request.preparation = statement.preparation
        request.connection = connection
        connection.context(request.scope)
        connection.execute(statement, request.sql)
        connection.sync(request)
    }

    private func pump() {
        var sent = 0
        while sent < waiting.count, let connection = leastLoaded() {
            send(waiting[sent], on: connection)
            sent += 1
        }
        if sent > 0 { waiting.removeFirst(sent) }
    }

    private func progressed(_ connection: Connection) {
        if connection.load == 0, isClosed || connection.transactionStatus != .idle { return connection.close() }
        pump()
    }

    // Requests wait equally long, so the first in line is the first to expire.
    private func scheduleExpiry() {
        guard let first = waiting.first else { return }
        expiry = loop.schedule(after: first.deadline - .now) { [weak self] in self?.expire() }
    }

    private func expire() {
        expiry = nil
        let now = ContinuousClock.now
        while let first = waiting.first, first.deadline <= now {
            waiting.removeFirst()
            first.resume(.failure(connections.isEmpty ? Problem.databaseUnreachable : Problem.databaseBusy))
        }
        scheduleExpiry()
    }

    // MARK: Connections

    private func open() {
        opening += 1
        Task(executorPreference: loop) { [self] in
            do {
                opened(try await Connector.open(configuration, lane: .read))
            } catch {
                observer.failedToOpen(.read, error)
                reopenLater()
            }
        }
    }

    private func opened(_ handle: ConnectionHandle) {
        opening -= 1
        guard !isClosed else { return finishClosing() }
        let connection: Connection
        do {
            connection = try Connection(handle, loop: loop, statementCacheLimit: configuration.statementCacheLimit)
        } catch {
            opening += 1
            observer.failedToOpen(.read, error)
            return reopenLater()
        }
        failures = 0
        connections.append(connection)
        connection.whenProgressed = { [weak self, unowned connection] in self?.progressed(connection) }
        connection.whenClosed = { [weak self, unowned connection] in self?.closed(connection) }
        connection.closeWhenSilent(for: configuration.statementTimeout + .seconds(5))
        observer.opened(.read)
        pump()
    }

    private func closed(_ connection: Connection) {
        connections.removeAll { $0 === connection }
        observer.closed(.read, onPurpose: isClosed)
        guard !isClosed else { return finishClosing() }
        opening += 1
        reopenLater()
    }

    private func reopenLater() {
        guard !isClosed else {
            opening -= 1
            return finishClosing()
        }
        failures += 1
        loop.schedule(after: Self.backoff.delay(after: failures)) { [weak self] in
            guard let self else { return }
            opening -= 1
            guard !isClosed else { return finishClosing() }
            open()
        }
    }

    private func finishClosing() {
        guard isClosed, connections.isEmpty else { return }
        let done = whenAllClosed
        whenAllClosed = []
        for body in done { body() }
    }

    private static let backoff = Backoff(base: .milliseconds(50), cap: .seconds(2))
}
