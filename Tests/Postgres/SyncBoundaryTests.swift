import EventLoop
import Kernel
import TestSupport
import Testing

@testable import Postgres

/// What a request of the read lane leaves behind in its session, seen from the very same connection by a statement that
/// sets nothing itself.
@Suite struct SyncBoundaryTests {
    @Test func settingsEndWithTheirSyncWhateverHappens() async throws {
        try await TestDatabase.with(.bare) { database in
            var configuration = database.configuration(.api)
            configuration.statementTimeout = .seconds(1)
            let loop = database.loops.next()
            let session = try await RawSession.open(configuration, on: loop)
            let inside = try await session.request(.tenant(.new(), user: .new()), Self.look)
            #expect(try inside.get() != ["", ""])
            #expect(try await session.bare() == ["", ""])
            let refusals: [(SQL, String)] = [
                ("SELECT 1 / \(0)", "22012"), ("SELECT * FROM gone", "42P01"), ("SELEKT", "42601"),
                ("SELECT pg_sleep(5)", "57014"), ("SELECT \("x")::uuid", "22P02"),
            ]
            for (sql, sqlState) in refusals {
                let answer = try await session.request(.tenant(.new(), user: .new()), sql)
                #expect(throws: PostgresError.self) { try answer.get() }
                if case .failure(let error) = answer { #expect(error.sqlState == sqlState) }
                #expect(try await session.bare() == ["", ""])
            }
            await session.close()
        }
    }

    @Test func neighboursInOnePipelineSeeTheirOwn() async throws {
        try await TestDatabase.with(.bare) { database in
            let session = try await RawSession.open(database.configuration(.api), on: database.loops.next())
            let scopes = (0..<16).map { _ in (tenant: TenantID.new(), user: UserID.new()) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, scope) in scopes.enumerated() {
                    group.addTask {
                        let sql = index % 3 == 1 ? "SELECT 1 / \(0)" : Self.look
                        let answer = try await session.request(.tenant(scope.tenant, user: scope.user), sql)
                        guard index % 3 != 1 else { return }
                        #expect(try answer.get() == [scope.tenant.description, scope.user.description])
                    }
                    group.addTask {
                        let bare = try await session.bare()
                        #expect(bare == ["", ""])
                    }
                }
                try await group.waitForAll()
            }
            await session.close()
        }
    }

    private static let look: SQL =
        "SELECT coalesce(current_setting('app.tenant_id', true), ''), coalesce(current_setting('app.user_id', true), '')"
}

/// One connection of the read lane's kind, without the lane.
private final class RawSession: Sendable {
    private let connection: Connection
    private let loop: EventLoop

    private init(_ connection: Connection, _ loop: EventLoop) {
        self.connection = connection
        self.loop = loop
    }

    static func open(_ configuration: DatabaseConfiguration, on loop: EventLoop) async throws -> RawSession {
        let handle = try await Connector.open(configuration, lane: .read)
        return try await Task(executorPreference: loop) {
            RawSession(try Connection(handle, loop: loop, statementCacheLimit: 8), loop)
        }.value
    }

    /// Exactly what the read lane sends.
    func request(_ scope: Scope, _ sql: SQL) async throws -> Result<[String], PostgresError> {
        try await exchange { connection in
            let statement = connection.statement(for: sql)
            connection.context(scope)
            connection.execute(statement, sql)
            return statement.preparation
        }
    }

    /// The settings as the session has them.
    func bare() async throws -> [String] {
        try await exchange { connection in
            connection.run(
                text: """
                    SELECT coalesce(current_setting('app.tenant_id', true), ''),
                        coalesce(current_setting('app.user_id', true), '')
                    """)
            return nil
        }.get()
    }

    func close() async {
        await withCheckedContinuation { continuation in
            loop.execute {
                self.connection.close()
                continuation.resume()
            }
        }
    }

    private func exchange(
        _ send: @escaping @Sendable (Connection) -> Preparation?
    ) async throws -> Result<[String], PostgresError> {
        try await withCheckedThrowingContinuation { continuation in
            loop.execute {
                let probe = Probe { continuation.resume(with: $0) }
                probe.preparation = send(self.connection)
                self.connection.sync(probe)
            }
        }
    }
}

private final class Probe: Exchange, @unchecked Sendable {
    private let body: (Result<Result<[String], PostgresError>, any Error>) -> Void
    var preparation: Preparation?

    init(_ body: @escaping (Result<Result<[String], PostgresError>, any Error>) -> Void) { self.body = body }

    override func finish(_ outcome: Outcome) {
        switch outcome {
        case .answered(let result):
            let row = Rows(result).first
            body(.success(.success((0..<result.columnCount).map { row?[$0].string ?? "" })))
        case .refused(let error): body(.success(.failure(preparation?.failure ?? error)))
        case .lost: body(.failure(Misuse("the connection was lost")))
        }
    }
}
