import Jobs
import Kernel
import Postgres
import TestSupport
import Testing

/// A worker that has lost its lease without knowing ("zombie") must not leave a trace.
@Suite struct FenceTests {
    @Test func aZombiesOutputRollsBackWithItsCompletion() async throws {
        try await withTakenOverJob { database, zombie, heir in
            await #expect(throws: LeaseLost(job: zombie.job)) {
                try await database.worker.transaction(.tenant(zombie.tenant)) { tx in
                    try await tx.execute("INSERT INTO output VALUES ('zombie')")
                    try await zombie.complete(in: tx)
                }
            }
            let outputLeft = try await count("output", database)
            #expect(outputLeft == 0)
            let jobsLeft = try await count("jobs", database)
            #expect(jobsLeft == 1)
            try await database.worker.transaction(.tenant(heir.tenant)) { tx in
                try await tx.execute("INSERT INTO output VALUES ('heir')")
                try await heir.complete(in: tx)
            }
            let outputAfter = try await count("output", database)
            #expect(outputAfter == 1)
            let jobsAfter = try await count("jobs", database)
            #expect(jobsAfter == 0)
        }
    }

    @Test func aZombieCanNeitherSnoozeNorProveItself() async throws {
        try await withTakenOverJob { database, zombie, heir in
            for attempt in 0..<2 {
                await #expect(throws: LeaseLost.self) {
                    try await database.worker.transaction(.tenant(zombie.tenant)) { tx in
                        if attempt == 0 { try await zombie.snooze(until: .after(.seconds(1)), in: tx) }
                        if attempt == 1 { try await zombie.fence(in: tx) }
                    }
                }
            }
            try await database.worker.transaction(.tenant(heir.tenant)) { try await heir.fence(in: $0) }
            let job = try await stored(heir.job, database)
            #expect(job?.isLeased == true)
        }
    }

    @Test func aJobIsCompletedOnce() async throws {
        try await withTakenOverJob { database, _, heir in
            try await database.worker.transaction(.tenant(heir.tenant)) { try await heir.complete(in: $0) }
            await #expect(throws: LeaseLost.self) {
                try await database.worker.transaction(.tenant(heir.tenant)) { try await heir.complete(in: $0) }
            }
        }
    }

    @Test func aJobStaysWhenTheTransactionThatCompletesItFails() async throws {
        try await withTakenOverJob { database, _, heir in
            struct Stop: Error {}
            await #expect(throws: Stop.self) {
                try await database.worker.transaction(.tenant(heir.tenant)) { tx in
                    try await heir.complete(in: tx)
                    throw Stop()
                }
            }
            let jobsLeft = try await count("jobs", database)
            #expect(jobsLeft == 1)
        }
    }

    @Test func theOutputCommitsWithTheNextJob() async throws {
        try await withTakenOverJob { database, _, heir in
            try await database.worker.transaction(.tenant(heir.tenant)) { tx in
                try await heir.complete(in: tx)
                try await Jobs.enqueue(NewJob(kind: "next"), in: tx, tenant: heir.tenant)
            }
            let next = try #require(try await queue(database, kinds: ["next"]).claim(limit: 1).first)
            #expect(next.lease.tenant == heir.tenant)
        }
    }

    @Test func snoozingGivesTheAttemptBack() async throws {
        try await withTakenOverJob { database, _, heir in
            try await database.worker.transaction(.tenant(heir.tenant)) { tx in
                try await heir.snooze(until: .after(.seconds(60)), in: tx)
            }
            let job = try #require(try await stored(heir.job, database))
            #expect(job.attempt == heir.attempt - 1)
            #expect(!job.isLeased)
            #expect(job.dueIn > 50)
        }
    }

    private func withTakenOverJob(
        _ body: @Sendable (TestDatabase, _ zombie: Lease, _ heir: Lease) async throws -> Void
    ) async throws {
        try await TestDatabase.with { database in
            try await database.superuser.run(
                script: "CREATE TABLE output (word text); GRANT ALL ON output TO specwright_worker")
            try await enqueue([NewJob(kind: "work")], database)
            let zombie = try #require(try await queue(database, worker: "zombie").claim(limit: 1).first).lease
            try await expireLeases(database)
            let heir = try #require(try await queue(database, worker: "heir").claim(limit: 1).first).lease
            try await body(database, zombie, heir)
        }
    }

    @Test func progressGivesAJobItsAttemptsBack() async throws {
        try await TestDatabase.with { database in
            try await enqueue([NewJob(kind: "work")], database)
            let zombie = try await queue(database).claim(limit: 1)[0].lease
            try await expireLeases(database)
            let heir = try await queue(database).claim(limit: 1)[0].lease
            #expect(heir.attempt == 2)
            await #expect(throws: LeaseLost.self) {
                try await database.worker.transaction(.tenant(zombie.tenant)) { try await zombie.renewAttempts(in: $0) }
            }
            try await database.worker.transaction(.tenant(heir.tenant)) { try await heir.renewAttempts(in: $0) }
            #expect(heir.attempt == 2, "not before it is stored for sure")
            heir.progressed()
            #expect(heir.attempt == 1)
            let attempt: Int = try await database.superuser.query("SELECT attempt FROM jobs")[0].get(0)
            #expect(attempt == 1)
        }
    }
}
