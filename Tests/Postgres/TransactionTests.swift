import Kernel
import Postgres
import TestSupport
import Testing

@Suite struct TransactionTests {
    @Test func commitsWhatReturnsAndRollsBackWhatThrows() async throws {
        try await withNotes { database, api in
            try await api.transaction(.untenanted) { tx in
                try await tx.execute("INSERT INTO notes VALUES (\(1))")
                try await tx.execute("INSERT INTO notes VALUES (\(2))")
            }
            await #expect(throws: Changed.self) {
                try await api.transaction(.untenanted) { tx in
                    try await tx.execute("INSERT INTO notes VALUES (\(3))")
                    throw Changed()
                }
            }
            let kept = try await notes(api)
            #expect(kept == [1, 2])
        }
    }

    @Test func returnsRowsAndCounts() async throws {
        try await withNotes { database, api in
            let (inserted, found) = try await api.transaction(.untenanted) { tx in
                let inserted = try await tx.query("INSERT INTO notes VALUES (7), (8) RETURNING id").map {
                    try $0.get(0, as: Int.self)
                }
                return (inserted, try await tx.execute("UPDATE notes SET id = id + 10 WHERE id > \(6)"))
            }
            #expect(inserted == [7, 8])
            #expect(found == 2)
            let rows = try await api.write(.untenanted, "DELETE FROM notes RETURNING id")
            #expect(rows.affected == 2)
        }
    }

    @Test func seesItsScopeAndCanTurnToAnotherTenant() async throws {
        try await TestDatabase.with(.bare) { database in
            let (first, second) = (TenantID.new(), TenantID.new())
            let user = UserID.new()
            let look: SQL = "SELECT current_setting('app.tenant_id', true), current_setting('app.user_id', true)"
            let seen = try await database.worker.transaction(.tenant(first, user: user)) { tx in
                var seen = [try await tx.query(look)[0]]
                try await tx.setTenant(second)
                seen.append(try await tx.query(look)[0])
                return seen.map { [$0[0].string, $0[1].string] }
            }
            #expect(seen == [[first.description, user.description], [second.description, ""]])
            let early = try await database.worker.transaction(.untenanted) { tx in
                try await tx.setTenant(second, user: user)
                return try await tx.query(look)[0][0].string
            }
            #expect(early == second.description)
        }
    }

    @Test func doesNotCommitAfterASwallowedFailure() async throws {
        try await withNotes { database, api in
            await expectFailure("23505") {
                try await api.transaction(.untenanted) { tx in
                    try await tx.execute("INSERT INTO notes VALUES (1)")
                    _ = try? await tx.execute("INSERT INTO notes VALUES (1)")
                    await expectFailure("25P02") { try await tx.execute("INSERT INTO notes VALUES (2)") }
                }
            }
            let kept = try await notes(api)
            #expect(kept == [])
        }
    }

    @Test func namesTheBrokenConstraintButNoValues() async throws {
        try await withNotes { database, api in
            _ = try await api.write(.untenanted, "INSERT INTO notes VALUES (\(424_242))")
            do {
                _ = try await api.write(.untenanted, "INSERT INTO notes VALUES (\(424_242))")
                Issue.record("expected a refusal")
            } catch let error as PostgresError {
                #expect(error.isUniqueViolation)
                #expect(error.constraint == "notes_pkey")
                #expect("\(error)" == "the database refused a statement (23505)")
                #expect(String(reflecting: error).contains("INSERT INTO notes VALUES ($1)"))
                #expect(!String(reflecting: error).contains("424242"))
            }
        }
    }

    @Test func noticesACommitInsideItsStatements() async throws {
        try await withNotes { database, api in
            await #expect(throws: (any Error).self) {
                try await api.transaction(.untenanted) { tx in
                    try await tx.execute("INSERT INTO notes VALUES (1)")
                    try await tx.execute("ROLLBACK")
                }
            }
            let kept = try await notes(api)
            #expect(kept == [])
        }
    }

    @Test func isOverWhenItsClosureReturns() async throws {
        try await withNotes { database, api in
            let escaped = try await api.transaction(.untenanted) { tx in
                try await tx.execute("INSERT INTO notes VALUES (1)")
                return tx
            }
            await #expect(throws: (any Error).self) { try await escaped.execute("INSERT INTO notes VALUES (2)") }
            let kept = try await notes(api)
            #expect(kept == [1])
        }
    }

    @Test func turnsTimeLimitsIntoUnavailability() async throws {
        try await TestDatabase.with(.bare) { database in
            let api = database.database(as: .api) { $0.statementTimeout = .milliseconds(500) }
            await #expect { try await api.write(.untenanted, "SELECT pg_sleep(5)") } throws: { error in
                (error as? Problem)?.code == "unavailable"
            }
            let next = try await api.write(.untenanted, "SELECT 1")
            #expect(next.count == 1)
        }
    }

    @Test func worksOnManyAtOnce() async throws {
        try await withNotes { database, api in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        _ = try? await api.transaction(.untenanted) { tx in
                            try await tx.execute("INSERT INTO notes VALUES (\(number))")
                            if number % 3 == 0 { throw Changed() }
                            if number % 3 == 1 { try await tx.execute("INSERT INTO notes VALUES (\(number))") }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let kept = try await notes(api)
            #expect(kept == (0..<200).filter { $0 % 3 == 2 })
        }
    }

    private struct Changed: Error {}

    private func withNotes(_ body: @Sendable (TestDatabase, Database) async throws -> Void) async throws {
        try await TestDatabase.with(.bare) { database in
            try await database.superuser.run(
                script: "CREATE TABLE notes (id int PRIMARY KEY); GRANT ALL ON notes TO specwright_api")
            try await body(database, database.api)
        }
    }

    private func notes(_ database: Database) async throws -> [Int] {
        try await database.read(.untenanted, "SELECT id FROM notes ORDER BY id").map { try $0.get(0) }
    }
}
