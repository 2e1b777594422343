import EventLoop
import Kernel
import Postgres
import TestSupport
import Testing

@Suite struct ReadLaneTests {
    @Test func readsRowsAndValues() async throws {
        try await TestDatabase.with(.bare) { database in
            let rows = try await database.api.read(
                .untenanted, "SELECT \(42) AS answer, \("it's") AS word, NULL::text AS nothing, \(true)")
            #expect(rows.count == 1)
            #expect(rows.columnNames == ["answer", "word", "nothing", "?column?"])
            #expect(try rows[0].get("answer", as: Int.self) == 42)
            #expect(rows[0]["word"].string == "it's")
            #expect(rows[0][2].isNull)
            #expect(try rows[0].get(3, as: Bool.self))
        }
    }

    @Test func runsOnTheCallersLoopAndFromAnywhere() async throws {
        try await TestDatabase.with(.bare) { database in
            let api = database.api
            for loop in database.loops.loops {
                let stayed = try await Task(executorPreference: loop) {
                    _ = try await api.read(.untenanted, "SELECT 1")
                    return loop.isCurrent
                }.value
                #expect(stayed)
            }
            #expect(try await api.read(.untenanted, "SELECT 1").count == 1)
        }
    }

    /// On one connection, with more requests than fit in flight, failures of every kind in between.
    @Test func aFailureHurtsNoNeighbour() async throws {
        try await TestDatabase.with(.bare) { database in
            let loops = database.ownLoops()
            let api = database.database(as: .api, on: loops) { $0.statementTimeout = .milliseconds(1_500) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<400 {
                    group.addTask {
                        let tenant = TenantID.new()
                        switch number % 40 {
                        case 7: await expectFailure("22012") { try await api.read(.tenant(tenant), "SELECT 1 / \(0)") }
                        case 13:
                            await expectFailure("42P01") { try await api.read(.tenant(tenant), "SELECT * FROM gone") }
                        case 21:
                            await expectFailure("42601") { try await api.read(.tenant(tenant), "SELEKT \(number)") }
                        case 33 where number < 40:
                            await #expect(throws: Problem.self) {
                                try await api.read(.tenant(tenant), "SELECT pg_sleep(5)")
                            }
                        default:
                            let row = try await api.read(
                                .tenant(tenant), "SELECT current_setting('app.tenant_id'), \(number)")[0]
                            #expect(try row.get(0) == tenant)
                            #expect(try row.get(1) == number)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func cannotWrite() async throws {
        try await TestDatabase.with { database in
            let tenant = TenantID.new()
            await expectFailure("25006") {
                try await database.api.read(
                    .tenant(tenant),
                    "INSERT INTO tenants (tenant_id, kind, name) VALUES (\(tenant), 'team', 'x') RETURNING 1")
            }
        }
    }

    @Test(arguments: ["BEGIN", "SET app.tenant_id = 'x'", "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE"])
    func closesASessionThatAStatementMayHaveChanged(text: String) async throws {
        try await TestDatabase.with(.bare) { database in
            let loops = database.ownLoops()
            let api = database.database(as: .api, on: loops) { _ in }
            let before = try await api.read(.untenanted, "SELECT pg_backend_pid()")[0].get(0, as: Int.self)
            await #expect(throws: (any Error).self) { try await api.read(.untenanted, "\(unsafeRaw: text)") }
            let after = try await api.read(.untenanted, "SELECT pg_backend_pid()")[0].get(0, as: Int.self)
            #expect(before != after)
        }
    }

    @Test func turnsCallersAwayWhenTooManyWait() async throws {
        try await TestDatabase.with(.bare) { database in
            let loops = database.ownLoops()
            let api = database.database(as: .api, on: loops) {
                $0.readsInFlight = 1
                $0.waitingLimit = 2
                $0.acquireTimeout = .milliseconds(100)
            }
            _ = try await api.read(.untenanted, "SELECT 1")
            let outcomes = await withTaskGroup(of: String.self) { group in
                for _ in 0..<5 {
                    group.addTask {
                        do {
                            _ = try await api.read(.untenanted, "SELECT pg_sleep(1)")
                            return "ok"
                        } catch {
                            return (error as? Problem)?.code ?? "\(error)"
                        }
                    }
                }
                return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            // One runs; two are turned away at once, two when they have waited long enough.
            #expect(outcomes == ["ok": 1, "unavailable": 4])
            #expect(try await api.read(.untenanted, "SELECT 1").count == 1)
        }
    }

    @Test func letsGoOfACancelledCaller() async throws {
        try await TestDatabase.with(.bare) { database in
            let api = database.api
            let slow = Task { try await api.read(.untenanted, "SELECT pg_sleep(2)") }
            let isRunning = try await eventually { try await running(database, "%pg_sleep%") == 1 }
            #expect(isRunning)
            let start = ContinuousClock.now
            slow.cancel()
            await #expect(throws: CancellationError.self) { try await slow.value }
            #expect(.now - start < .seconds(1))
        }
    }

    @Test func preparesAgainWhenAPlanHasGoneStale() async throws {
        try await TestDatabase.with(.bare) { database in
            try await database.superuser.run(
                script:
                    "CREATE TABLE things (a int); INSERT INTO things VALUES (1); GRANT SELECT ON things TO specwright_api"
            )
            let sql: SQL = "SELECT * FROM things"
            #expect(try await database.api.read(.untenanted, sql).columnNames == ["a"])
            try await database.superuser.run(script: "ALTER TABLE things ADD COLUMN b text DEFAULT 'new'")
            for _ in 0..<4 { #expect(try await database.api.read(.untenanted, sql).columnNames == ["a", "b"]) }
        }
    }

    @Test func keepsABoundedNumberOfPreparedStatements() async throws {
        try await TestDatabase.with(.bare) { database in
            let loops = database.ownLoops()
            let api = database.database(as: .api, on: loops) { $0.statementCacheLimit = 8 }
            for number in 0..<50 {
                let row = try await api.read(.untenanted, "SELECT \(unsafeRaw: String(number)) + \(1)")[0]
                #expect(try row.get(0) == number + 1)
            }
            let count: Int = try await api.read(
                .untenanted, "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 's%'")[0].get(0)
            #expect(count <= 8)
        }
    }

    @Test func turnsCallersAwayOnceClosed() async throws {
        try await TestDatabase.with(.bare) { database in
            let api = database.database(as: .api) { _ in }
            _ = try await api.read(.untenanted, "SELECT 1")
            await api.close()
            await #expect(throws: Problem.self) { try await api.read(.untenanted, "SELECT 1") }
            await #expect(throws: Problem.self) {
                try await api.transaction(.untenanted) { try await $0.query("SELECT 1") }
            }
            let name = database.name
            #expect(
                try await eventually {
                    try await database.superuser.query(
                        """
                        SELECT 1 FROM pg_stat_activity
                        WHERE datname = \(name) AND application_name LIKE 'specwright _%' AND pid <> pg_backend_pid()
                            AND application_name <> 'specwright admin'
                        """
                    ).isEmpty
                })
        }
    }
}
