package import EventLoop
internal import Kernel
package import Telemetry

/// The database as a process uses it. Every loop has its own connections; a call uses those of the loop it runs on.
///
/// There are two lanes, and every entrance to either says on whose behalf. Transient trouble (no connection, a time
/// limit, a deadlock, a restart) reaches callers as `Problem.unavailable`; connections are opened again by themselves.
package final class Database: Sendable {
    private let lanes: [(read: ReadLane, transactions: TransactionPool)]
    private let loops: EventLoopGroup
    private let configuration: DatabaseConfiguration
    private let logger: Logger

    package init(
        configuration: DatabaseConfiguration, loops: EventLoopGroup,
        logger: Logger = Logger(component: "postgres", sink: .discard), metrics: Metrics = Metrics()
    ) {
        self.configuration = configuration
        self.loops = loops
        self.logger = logger
        let observer = ConnectionObserver(logger: logger, metrics: metrics)
        lanes = loops.loops.map { loop in
            let read = ReadLane(configuration, loop: loop, observer: observer)
            loop.execute { read.start() }
            return (read, TransactionPool(configuration, loop: loop, observer: observer))
        }
    }

    deinit {
        for (read, transactions) in lanes {
            read.loop.execute {
                read.close {}
                transactions.close {}
            }
        }
    }

    /// Runs one short statement that only reads, on connections shared with others: one round trip, no transaction.
    ///
    /// The session is read-only. Cancelling the task abandons the answer, not the statement; what is slow, writes, or
    /// should be cancelled belongs in `transaction`.
    ///
    /// - Throws: `PostgresError`, `Problem.unavailable`, `CancellationError`.
    package func read(_ scope: Scope, _ sql: SQL) async throws -> Rows {
        guard !sql.holdsNUL else { throw Problem.nulInText }
        let lane = lanesHere().read
        let request = ReadRequest(sql, scope: scope, lane: lane, deadline: .now + configuration.acquireTimeout)
        do {
            return try await withTaskCancellationHandler {
                try await withUnsafeThrowingContinuation { continuation in
                    lane.loop.enter {
                        request.await(continuation)
                        lane.submit(request)
                    }
                }
            } onCancel: {
                lane.loop.enter { lane.abandon(request) }
            }
        } catch let error as PostgresError {
            log(error)
            throw error.outward
        }
    }

    /// Runs `body` in a transaction of its own, committed when it returns and rolled back when it throws.
    ///
    /// Never wait for anything slow inside (a model, a client): an open transaction holds back vacuum and costs a
    /// connection.
    ///
    /// - Throws: what `body` throws; `PostgresError`, `Problem.unavailable`, `CancellationError`.
    package func transaction<Result: Sendable>(
        _ scope: Scope, _ body: (Transaction) async throws -> Result
    ) async throws -> Result {
        try await withTransaction(scope) { transaction in
            let result = try await body(transaction)
            try await transaction.commit()
            return result
        }
    }

    /// Runs one statement that writes as a transaction of its own, in a single round trip.
    ///
    /// - Throws: `PostgresError`; `Problem.unavailable`, after which the statement may or may not have taken effect;
    ///   `CancellationError`, likewise.
    package func write(_ scope: Scope, _ sql: SQL) async throws -> Rows {
        try await withTransaction(scope) { try await $0.runAlone(sql) }
    }

    private func withTransaction<Result: Sendable>(
        _ scope: Scope, _ body: (Transaction) async throws -> Result
    ) async throws -> Result {
        let pool = lanesHere().transactions
        let connection = try await acquire(from: pool)
        let transaction = Transaction(connection, scope: scope, loop: pool.loop)
        defer {
            pool.loop.enter {
                transaction.end()
                pool.release(connection)
            }
        }
        do {
            return try await body(transaction)
        } catch let error as PostgresError {
            log(error)
            throw error.outward
        }
    }

    /// The only place that writes down what the server said; further out, errors are bland.
    private func log(_ error: PostgresError) {
        let fields: [(StaticString, LogValue)] = [("error", .string(String(reflecting: error)))]
        switch error.sqlState {
        case _ where error.isTransient: logger.log(.warning, "a statement was refused for now", fields)
        // Broken constraints are answers that programs ask for.
        case _ where error.sqlState.hasPrefix("23"): logger.log(.debug, "a constraint was broken", fields)
        default: logger.log(.error, "a statement was refused", fields)
        }
    }

    /// Closes every connection once what runs on it has ended; callers in line are turned away. Before the loops stop.
    package func close() async {
        for (read, transactions) in lanes {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
                read.loop.enter { read.close { transactions.close { continuation.resume() } } }
            }
        }
    }

    private func acquire(from pool: TransactionPool) async throws -> Connection {
        let waiter = TransactionPool.Waiter(deadline: .now + configuration.acquireTimeout)
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                pool.loop.enter { pool.acquire(waiter, continuation) }
            }
        } onCancel: {
            pool.loop.enter { pool.abandon(waiter) }
        }
    }

    private func lanesHere() -> (read: ReadLane, transactions: TransactionPool) {
        let loop = loops.currentOrNext()
        return lanes.first { $0.read.loop === loop }!
    }
}
