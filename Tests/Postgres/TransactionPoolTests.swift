import EventLoop
import Kernel
import Postgres
import TestSupport
import Testing

/// One connection for everybody: what the last transaction leaves behind, the next would see.
@Suite struct TransactionPoolTests {
    enum Ending: CaseIterable {
        case ok, error, swallowedError, failedStatement, cancelled, cancelledBetweenStatements, timedOut, lostConnection
    }

    @Test(arguments: Ending.allCases)
    func theNextOneSeesNothingOfTheLast(ending: Ending) async throws {
        try await withPoolOfOne { database, api in
            let scope = Scope.tenant(.new(), user: .new())
            let first = Task {
                try await api.transaction(scope) { tx in
                    try await tx.execute("INSERT INTO notes VALUES (\(1))")
                    switch ending {
                    case .ok: break
                    case .error: throw Stop()
                    case .swallowedError: _ = try? await tx.execute("SELECT 1 / \(0)")
                    case .failedStatement: try await tx.execute("SELECT * FROM gone")
                    case .cancelled: try await tx.execute("SELECT pg_sleep(30)")
                    case .cancelledBetweenStatements:
                        _ = try? await Task.sleep(for: .seconds(30))
                        try await tx.execute("INSERT INTO notes VALUES (\(2))")
                    case .timedOut: try await tx.execute("SELECT pg_sleep(30), 'limited'")
                    case .lostConnection: try await tx.execute("SELECT pg_terminate_backend(pg_backend_pid())")
                    }
                }
            }
            if ending == .cancelled {
                let isSleeping = try await eventually { try await running(database, "%pg_sleep%") == 1 }
                #expect(isSleeping)
                first.cancel()
            } else if ending == .cancelledBetweenStatements {
                first.cancel()
            }
            let outcome = await first.result
            switch ending {
            case .ok: #expect(throws: Never.self) { try outcome.get() }
            case .cancelled, .cancelledBetweenStatements: #expect(throws: CancellationError.self) { try outcome.get() }
            case .timedOut, .lostConnection: #expect(throws: Problem.self) { try outcome.get() }
            default: #expect(throws: (any Error).self) { try outcome.get() }
            }

            let seen = try await api.transaction(.untenanted) { tx in
                let row = try await tx.query(
                    """
                    SELECT coalesce(current_setting('app.tenant_id', true), ''),
                        coalesce(current_setting('app.user_id', true), ''), (SELECT count(*) FROM notes)
                    """)[0]
                return try [row.get(0), row.get(1), row.get(2)] as [String]
            }
            #expect(seen == ["", "", ending == .ok ? "1" : "0"])
        }
    }

    @Test func cancellingTheTaskCancelsTheStatementOnTheServer() async throws {
        try await withPoolOfOne { database, api in
            let slow = Task { try await api.write(.untenanted, "SELECT pg_sleep(30)") }
            let isSleeping = try await eventually { try await running(database, "%pg_sleep%") == 1 }
            #expect(isSleeping)
            slow.cancel()
            await #expect(throws: CancellationError.self) { try await slow.value }
            let hasStopped = try await eventually(within: .seconds(3)) {
                try await running(database, "%pg_sleep%") == 0
            }
            #expect(hasStopped)
            let next = try await api.write(.untenanted, "SELECT 1")
            #expect(next.count == 1)
        }
    }

    @Test func aLateCancellationNeverHitsTheNextStatement() async throws {
        try await withPoolOfOne { database, api in
            for round in 0..<60 {
                let quick = Task { try await api.write(.untenanted, "SELECT pg_sleep(\(Double(round % 6) / 1_000))") }
                let canceller = Task {
                    try? await Task.sleep(for: .microseconds(round * 150))
                    quick.cancel()
                }
                async let after = api.transaction(.untenanted) { tx in
                    try await tx.execute("SELECT pg_sleep(0.002)")
                    return try await tx.query("SELECT \(round)")[0].get(0, as: Int.self)
                }
                _ = await quick.result
                let answer = try await after
                #expect(answer == round)
                await canceller.value
            }
        }
    }

    @Test func turnsCallersAwayWhenTooManyWait() async throws {
        try await withPoolOfOne(
            configure: {
                $0.waitingLimit = 2
                $0.acquireTimeout = .milliseconds(150)
            }
        ) { database, api in
            try await api.transaction(.untenanted) { tx in
                try await tx.execute("SELECT 1")
                let start = ContinuousClock.now
                let outcomes = await withTaskGroup(of: (Bool, Duration).self) { group in
                    for _ in 0..<5 {
                        group.addTask {
                            let result = await Task { try await api.write(.untenanted, "SELECT 1") }.result
                            guard case .failure(let error) = result else { return (false, .zero) }
                            return ((error as? Problem)?.status == 503, .now - start)
                        }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(outcomes.allSatisfy { $0.0 })
                #expect(outcomes.filter { $0.1 >= .milliseconds(140) }.count == 2)
            }
            let next = try await api.write(.untenanted, "SELECT 1")
            #expect(next.count == 1)
        }
    }

    @Test func aCallerWhoGivesUpLeavesTheLine() async throws {
        try await withPoolOfOne { database, api in
            try await api.transaction(.untenanted) { tx in
                try await tx.execute("SELECT 1")
                let waiting = Task { try await api.write(.untenanted, "SELECT 1") }
                waiting.cancel()
                await #expect(throws: CancellationError.self) { try await waiting.value }
            }
            let next = try await api.write(.untenanted, "SELECT 1")
            #expect(next.count == 1)
        }
    }

    private struct Stop: Error {}

    private func withPoolOfOne(
        configure: @Sendable (inout DatabaseConfiguration) -> Void = { _ in },
        _ body: @Sendable (TestDatabase, Database) async throws -> Void
    ) async throws {
        try await TestDatabase.with(.bare) { database in
            try await database.superuser.run(
                script: "CREATE TABLE notes (id int PRIMARY KEY); GRANT ALL ON notes TO specwright_api")
            let loops = database.ownLoops()
            let api = database.database(as: .api, on: loops) {
                $0.transactionConnectionsPerLoop = 1
                $0.statementTimeout = .seconds(2)
                configure(&$0)
            }
            try await body(database, api)
        }
    }
}
