internal import EventLoop
package import Kernel

/// One database transaction, on a connection of its own, for the length of `Database.transaction`'s closure.
///
/// BEGIN and the scope's settings travel with the first statement. After a statement has failed, the transaction can
/// only be rolled back: further statements are refused, and it does not commit even if the closure returns normally.
/// When the caller's task is cancelled, the running statement is cancelled on the server, too.
///
/// Invariant for @unchecked: everything mutable is touched by the connection's loop alone.
package final class Transaction: @unchecked Sendable {
    private let loop: EventLoop
    private let connection: Connection
    private var scope: Scope
    private var hasBegun = false
    private var failure: (any Error)?
    private var isOver = false

    init(_ connection: Connection, scope: Scope, loop: EventLoop) {
        self.connection = connection
        self.scope = scope
        self.loop = loop
    }

    /// Runs a statement and returns its rows.
    ///
    /// - Throws: `PostgresError`; `Problem.unavailable` when the connection is lost; `CancellationError`.
    package func query(_ sql: SQL) async throws -> Rows {
        guard !sql.holdsNUL else { throw Problem.nulInText }
        return try await perform { connection, call in
            let statement = connection.statement(for: sql)
            call.sql = sql
            call.preparation = statement.preparation
            self.beginIfNeeded()
            connection.execute(statement, sql)
        }
    }

    /// Runs a statement and returns how many rows it touched.
    @discardableResult
    package func execute(_ sql: SQL) async throws -> Int { try await query(sql).affected }

    /// Turns to another tenant, for a worker that has just learnt whose job it claimed.
    package func setTenant(_ tenant: TenantID, user: UserID? = nil) async throws {
        try await perform { connection, _ in
            self.scope = .tenant(tenant, user: user)
            if self.hasBegun { connection.context(self.scope) } else { self.beginIfNeeded() }
        }
    }

    /// Runs one statement as a whole transaction: the Sync after it commits. Nothing may follow.
    func runAlone(_ sql: SQL) async throws -> Rows {
        guard !sql.holdsNUL else { throw Problem.nulInText }
        return try await perform { connection, call in
            let statement = connection.statement(for: sql)
            call.sql = sql
            call.preparation = statement.preparation
            call.endsTransaction = true
            connection.context(self.scope)
            connection.execute(statement, sql)
            self.isOver = true
        }
    }

    /// - Throws: whatever made the transaction fail, if anything did.
    func commit() async throws {
        let call = Call(self)
        try Task.checkCancellation()
        // Once sent, a COMMIT is not cancelled: its outcome must be known.
        let rows: Rows? = try await withUnsafeThrowingContinuation { continuation in
            loop.enter {
                self.isOver = true
                if let failure = self.failure { return continuation.resume(throwing: failure) }
                guard self.hasBegun else { return continuation.resume(returning: nil) }
                guard self.connection.isOpen else {
                    return continuation.resume(throwing: Problem.databaseUnreachable)
                }
                call.whenDone = { continuation.resume(with: $0.map { $0 }) }
                call.endsTransaction = true
                self.connection.run(.commit)
                self.connection.sync(call)
            }
        }
        guard let rows, rows.result.commandTag != "COMMIT" else { return }
        throw Misuse("the transaction was rolled back by its own statements")
    }

    /// From now on no statement gets through.
    func end() { isOver = true }

    private func beginIfNeeded() {
        guard !hasBegun else { return }
        hasBegun = true
        connection.run(.begin)
        connection.context(scope)
    }

    @discardableResult
    private func perform(_ send: @escaping @Sendable (Connection, Call) -> Void) async throws -> Rows {
        let call = Call(self)
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                loop.enter {
                    call.whenDone = { continuation.resume(with: $0) }
                    self.start(call, send)
                }
            }
        } onCancel: {
            loop.enter { self.cancel(call) }
        }
    }

    private func start(_ call: Call, _ send: (Connection, Call) -> Void) {
        if call.isCancelled { failure = failure ?? CancellationError() }
        if let failure { return call.resume(.failure(refusal(after: failure))) }
        guard !isOver else { return call.resume(.failure(Misuse("the transaction is over"))) }
        guard connection.isOpen else {
            failure = Problem.databaseUnreachable
            return call.resume(.failure(Problem.databaseUnreachable))
        }
        send(connection, call)
        connection.sync(call)
    }

    private func refusal(after failure: any Error) -> any Error {
        guard failure is PostgresError else { return failure }
        return PostgresError(sqlState: "25P02", message: "an earlier statement of this transaction has failed")
    }

    private func cancel(_ call: Call) {
        call.isCancelled = true
        guard call.isWaiting else { return }
        failure = failure ?? CancellationError()
        call.resume(.failure(CancellationError()))
        connection.cancelRunning()
    }

    private func fail(_ error: any Error) { failure = failure ?? error }

    /// One statement of the transaction, from the caller's `await` to the answer.
    final class Call: Exchange, @unchecked Sendable {
        private let transaction: Transaction
        fileprivate var sql: SQL?
        fileprivate var preparation: Preparation?
        fileprivate var isCancelled = false
        /// No transaction is expected to be open after it.
        fileprivate var endsTransaction = false
        fileprivate var whenDone: ((Result<Rows, any Error>) -> Void)?

        fileprivate init(_ transaction: Transaction) { self.transaction = transaction }

        fileprivate var isWaiting: Bool { whenDone != nil }

        fileprivate func resume(_ result: Result<Rows, any Error>) {
            let body = whenDone
            whenDone = nil
            body?(result)
        }

        override func finish(_ outcome: Outcome) {
            switch outcome {
            case .answered(let result):
                let connection = transaction.connection
                if !endsTransaction, connection.load == 0, connection.transactionStatus != .open {
                    transaction.fail(Misuse("a statement ended the transaction that it was part of"))
                }
                resume(.success(Rows(result)))
            case .refused(let refusal):
                // A failed Parse aborts the transaction before its statement is looked at.
                var error = preparation?.failure ?? refusal
                error.statement = sql?.text
                if error.isStalePlan, let sql { transaction.connection.forget(sql) }
                transaction.fail(error)
                resume(.failure(error))
            case .lost:
                transaction.fail(Problem.databaseUnreachable)
                resume(.failure(Problem.databaseUnreachable))
            }
        }
    }
}
