internal import CPostgres
internal import EventLoop

/// One libpq connection in pipeline mode on one loop. It moves bytes and keeps order; lanes decide what to send.
///
/// Commands are queued (`context`, `execute`, `run`) and closed with `sync`, which makes them one `Exchange`. Answers
/// come back in order.
///
/// Invariant for @unchecked: touched by its loop's thread alone, where it is made, asked and woken.
final class Connection: @unchecked Sendable {
    private let loop: EventLoop
    private let handle: ConnectionHandle
    private var watch: Watch?
    private var isWaitingToWrite = false
    private var isBroken = false
    private var inFlight: [Exchange] = []
    private var statements: StatementCache
    private var parameters = ParameterArrays()
    private var cancellations = 0
    private(set) var isOpen = true
    /// Counts the times the connection was lent out.
    var lease = 0
    /// When the server last answered, or was first asked after a pause.
    private(set) var lastProgress: ContinuousClock.Instant = .now
    /// Called when answers have arrived, or a cancellation has been delivered.
    var whenProgressed: (() -> Void)?
    /// Called once, after everything in flight has been told.
    var whenClosed: (() -> Void)?
    var whenNotified: ((_ channel: String, _ payload: String) -> Void)?

    init(_ handle: ConnectionHandle, loop: EventLoop, statementCacheLimit: Int) throws {
        loop.preconditionCurrent()
        self.loop = loop
        self.handle = handle
        statements = StatementCache(limit: statementCacheLimit)
        guard PQsetnonblocking(handle.pointer, 1) == 0, PQenterPipelineMode(handle.pointer) == 1 else {
            throw Connector.Failure(reason: "libpq refused pipeline mode")
        }
        watch = try loop.watch(PQsocket(handle.pointer), .read, trigger: .level) { [weak self] readiness in
            self?.ready(readiness)
        }
        prepareFixedStatements()
    }

    var load: Int { inFlight.count }
    var isQuiet: Bool { inFlight.isEmpty && cancellations == 0 }

    /// Only meaningful while nothing is in flight: libpq calls it active otherwise.
    var transactionStatus: TransactionStatus {
        switch PQtransactionStatus(handle.pointer) {
        case PQTRANS_IDLE: .idle
        case PQTRANS_INTRANS, PQTRANS_INERROR: .open
        default: .unknown
        }
    }

    // MARK: Sending

    /// Looks the statement up, or sends its Parse with a Sync of its own. Before the commands of an exchange, not amid.
    func statement(for sql: SQL) -> StatementCache.Statement {
        if let known = statements.find(sql) { return known }
        let (statement, evicted) = statements.add(sql)
        if let evicted {
            check(PQsendQueryParams(handle.pointer, "DEALLOCATE \(evicted)", 0, nil, nil, nil, nil, 0))
            sync(Exchange())
        }
        let preparation = Preparation { [weak self] succeeded in
            statement.preparation = nil
            if !succeeded { self?.statements.remove(named: statement.name) }
        }
        statement.preparation = preparation
        let types = sql.parameters.map(\.type.oid)
        check(PQsendPrepare(handle.pointer, statement.name, sql.text, Int32(types.count), types))
        sync(preparation)
        return statement
    }

    /// The plan has become useless; the next use of this statement prepares it anew.
    func forget(_ sql: SQL) {
        guard let statement = statements.remove(sql) else { return }
        check(PQsendQueryParams(handle.pointer, "DEALLOCATE \(statement.name)", 0, nil, nil, nil, nil, 0))
        sync(Exchange())
    }

    func context(_ scope: Scope) {
        var sent: Int32 = 0
        parameters.withPointers(to: scope) { values, lengths, formats, count in
            sent = PQsendQueryPrepared(
                handle.pointer, FixedStatement.context.rawValue, count, values, lengths, formats, 0)
        }
        check(sent)
    }

    func execute(_ statement: StatementCache.Statement, _ sql: SQL) {
        var sent: Int32 = 0
        parameters.withPointers(to: sql) { values, lengths, formats, count in
            sent = PQsendQueryPrepared(handle.pointer, statement.name, count, values, lengths, formats, 0)
        }
        check(sent)
    }

    func run(_ fixed: FixedStatement) {
        check(PQsendQueryPrepared(handle.pointer, fixed.rawValue, 0, nil, nil, nil, 0))
    }

    /// Text without parameters, unprepared: LISTEN and the like.
    func run(text: String) { check(PQsendQueryParams(handle.pointer, text, 0, nil, nil, nil, nil, 0)) }

    func sync(_ exchange: Exchange) {
        loop.preconditionCurrent()
        guard isOpen else { return exchange.settle(isLost: true) }
        if inFlight.isEmpty { lastProgress = .now }
        inFlight.append(exchange)
        check(PQpipelineSync(handle.pointer))
        guard !isBroken else { return closeSoon() }
        flush()
    }

    private func check(_ succeeded: Int32) { if succeeded != 1 { isBroken = true } }

    private func prepareFixedStatements() {
        for fixed in FixedStatement.allCases {
            check(PQsendPrepare(handle.pointer, fixed.rawValue, fixed.text, 0, nil))
        }
        sync(Exchange())
    }

    private func flush() {
        let left = PQflush(handle.pointer)
        guard left >= 0 else { return closeSoon() }
        if (left == 1) != isWaitingToWrite {
            isWaitingToWrite = left == 1
            watch?.change(to: isWaitingToWrite ? [.read, .write] : .read)
        }
    }

    // MARK: Receiving

    private func ready(_ readiness: Readiness) {
        guard isOpen else { return }
        guard PQconsumeInput(handle.pointer) == 1 else {
            receive()
            return close()
        }
        receive()
        guard isOpen else { return }
        if isWaitingToWrite { flush() }
        deliverNotifications()
        if isOpen { whenProgressed?() }
    }

    private func receive() {
        var endings = 0
        var hasProgressed = false
        while isOpen, let exchange = inFlight.first, PQisBusy(handle.pointer) == 0 {
            guard let pointer = PQgetResult(handle.pointer) else {
                // One NULL ends each command; a second in a row means that libpq expects nothing while we do.
                endings += 1
                guard endings < 2, PQstatus(handle.pointer) == CONNECTION_OK else { return close() }
                continue
            }
            endings = 0
            hasProgressed = true
            let result = ResultHandle(adopting: pointer)
            switch PQresultStatus(pointer) {
            case PGRES_PIPELINE_SYNC:
                inFlight.removeFirst()
                exchange.settle(isLost: false)
            case PGRES_PIPELINE_ABORTED: break
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: exchange.take(result)
            case PGRES_FATAL_ERROR, PGRES_NONFATAL_ERROR, PGRES_BAD_RESPONSE:
                if exchange.failure == nil { exchange.failure = PostgresError(result) }
            default: return close()  // COPY: nobody here can feed it
            }
        }
        if hasProgressed { lastProgress = .now }
    }

    private func deliverNotifications() {
        while isOpen, let whenNotified, let notification = PQnotifies(handle.pointer) {
            let channel = String(cString: notification.pointee.relname)
            let payload = String(cString: notification.pointee.extra)
            PQfreemem(notification)
            whenNotified(channel, payload)
        }
    }

    // MARK: Ending

    /// Asks the server to cancel what runs here. The connection is not quiet until that has been delivered.
    func cancelRunning() {
        guard isOpen, !inFlight.isEmpty, cancellations == 0, let cancel = CancelHandle(handle) else { return }
        cancellations += 1
        Task(executorPreference: loop) {
            _ = try? await Connector.cancelling.run { cancel.cancel() }
            self.cancellations -= 1
            if self.isOpen { self.whenProgressed?() }
        }
    }

    func close() {
        loop.preconditionCurrent()
        guard isOpen else { return }
        isOpen = false
        watch?.cancel()
        watch = nil
        let lost = inFlight
        inFlight = []
        for exchange in lost { exchange.settle(isLost: true) }
        whenClosed?()
        whenClosed = nil
        whenProgressed = nil
        whenNotified = nil
    }

    /// Gives up on a server that owes an answer and has said nothing for longer than any statement may take.
    func closeWhenSilent(for limit: Duration) {
        loop.schedule(after: .seconds(1)) { [weak self] in
            guard let self, isOpen else { return }
            if !inFlight.isEmpty, .now - lastProgress > limit { return close() }
            closeWhenSilent(for: limit)
        }
    }

    /// Not inside a caller that is still queueing commands.
    private func closeSoon() {
        loop.execute { self.close() }
    }
}

enum TransactionStatus { case idle, open, unknown }
