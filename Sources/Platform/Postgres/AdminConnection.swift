internal import CPostgres
internal import EventLoop
package import Kernel
internal import Synchronization

/// A plain connection without scope, lanes or time limits, for what is done to a database rather than in it: migrations,
/// creating databases, looking at the server. Its calls block a helper thread, never a loop.
package final class AdminConnection: Sendable {
    /// Invariant for the handle's own: calls are made one at a time, under this mutex.
    private let handle: Mutex<ConnectionHandle>
    private static let threads = BlockingPool(threads: 2)

    private init(_ handle: ConnectionHandle) { self.handle = Mutex(handle) }

    /// - Throws: `AdminFailure` with libpq's reason, which never holds the password.
    package static func open(_ conninfo: Redacted<String>) async throws -> AdminConnection {
        var configuration = DatabaseConfiguration(conninfo: conninfo.value)
        configuration.applicationName = "specwright"
        do {
            return AdminConnection(try await Connector.open(configuration, lane: .admin))
        } catch let failure as Connector.Failure {
            throw AdminFailure(reason: failure.reason)
        }
    }

    /// Runs any number of statements without values; those without their own BEGIN are one transaction.
    package func run(script: String) async throws {
        try await Self.threads.run { try self.runBlocking(script: script) }
    }

    @discardableResult
    package func query(_ sql: SQL) async throws -> Rows {
        try await Self.threads.run { try self.queryBlocking(sql) }
    }

    func runBlocking(script: String) throws {
        try handle.withLock { handle in
            _ = try Self.check(PQexec(handle.pointer, script), handle)
        }
    }

    func queryBlocking(_ sql: SQL) throws -> Rows {
        try handle.withLock { handle in
            var arrays = ParameterArrays()
            let types = sql.parameters.map(\.type.oid)
            var result: OpaquePointer?
            arrays.withPointers(to: sql) { values, lengths, formats, count in
                result = PQexecParams(handle.pointer, sql.text, count, types, values, lengths, formats, 0)
            }
            return Rows(try Self.check(result, handle))
        }
    }

    var isInTransaction: Bool { handle.withLock { PQtransactionStatus($0.pointer) == PQTRANS_INTRANS } }

    /// Runs several blocking calls on one helper thread.
    func onHelperThread<Result: Sendable>(
        _ body: @escaping @Sendable (AdminConnection) throws -> Result
    ) async throws -> Result {
        try await Self.threads.run { try body(self) }
    }

    private static func check(_ pointer: OpaquePointer?, _ handle: ConnectionHandle) throws -> ResultHandle {
        guard let pointer else { throw AdminFailure(reason: "out of memory") }
        let result = ResultHandle(adopting: pointer)
        switch PQresultStatus(pointer) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: return result
        default: throw PostgresError(result)
        }
    }
}

/// There is no connection, and why.
package struct AdminFailure: Error, Sendable, CustomStringConvertible {
    package let reason: String
    package var description: String { "cannot connect to the database: \(reason)" }
}
