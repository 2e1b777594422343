import Jobs
import Kernel
import Postgres
import TestSupport
import Testing

/// A job that nobody can do ends among the dead letters, and those beside it do not notice.
@Suite struct PoisonTests {
    @Test(arguments: [
        ("repeat('[', 2000) || repeat(']', 2000)", "cannot be read"),
        ("'\"' || repeat('x', 300000) || '\"'", "larger than 262144 bytes"),
    ])
    func aPayloadThatCannotBeWorkedWith(text: String, reason: String) async throws {
        try await TestDatabase.with { database in
            let tenant = TenantID.new()
            try await database.superuser.query(
                """
                INSERT INTO jobs (tenant_id, id, kind, payload, run_at)
                VALUES (\(tenant), gen_random_uuid(), 'work', (\(unsafeRaw: text))::jsonb, now() - interval '1 h')
                """)
            try await enqueue((0..<5).map { _ in NewJob(kind: "work") }, database, tenant: tenant)
            let ran = Record<Int>()
            let buried = Record<String>()
            try await withWorker(
                database, undertaker: { _, reason, _ in buried.add(reason) },
                handlers: [
                    "work": { lease, _ in
                        ran.add(lease.attempt)
                        return .completed
                    }
                ]
            ) {
                let isDone = try await eventually { try await count("jobs", database) == 0 }
                #expect(isDone)
            }
            #expect(ran.entries == [1, 1, 1, 1, 1], "claimed in one batch with the poison, and none the worse for it")
            let letter = try #require(
                try await database.superuser.query("SELECT reason, last_error FROM dead_jobs").first)
            #expect(letter[0].string?.contains(reason) == true)
            #expect(letter[1].string?.contains(reason) == true)
            #expect(buried.count == 1)
        }
    }

    @Test func whatIsTooLargeDoesNotGetIntoTheQueue() async throws {
        try await TestDatabase.with { database in
            let fits = JSON.string(String(repeating: "x", count: Jobs.payloadLimit - 2))
            try await enqueue([NewJob(kind: "work", payload: fits)], database)
            await #expect(throws: JobTooLarge(kind: "work")) {
                try await enqueue(
                    [
                        NewJob(kind: "work"),
                        NewJob(kind: "work", payload: .string(String(repeating: "x", count: Jobs.payloadLimit - 1))),
                    ], database)
            }
            #expect(try await count("jobs", database) == 1)
            #expect(try await queue(database).claim(limit: 1).first?.lease.payload == fits)
        }
    }

    /// The worker's process ends without a word whenever it touches the job; a new one is started each time.
    @Test func aJobThatKillsItsWorkerIsBuriedAndTheQueueGoesOn() async throws {
        try await TestDatabase.with { database in
            let poison = try await enqueue([NewJob(kind: "work", payload: ["kills": true])], database)[0]
            var deaths = 0
            var done = 0
            while deaths < 10 {
                try await enqueue([NewJob(kind: "work")], database)
                let claims = try await queue(database, worker: "process \(deaths)").claim(limit: 1)
                guard let lease = claims.first?.lease else { break }
                if lease.job == poison, lease.attempt <= lease.maximumAttempts + 1 {
                    deaths += 1
                    try await expireLeases(database)
                } else if lease.job != poison {
                    try await database.worker.transaction(.tenant(lease.tenant)) { try await lease.complete(in: $0) }
                    done += 1
                } else {
                    try await expireLeases(database)
                    break
                }
            }
            #expect(deaths == 4, "three attempts and the probation")
            try await withWorker(
                database,
                handlers: [
                    "work": { lease, _ in
                        #expect(lease.job != poison, "it is not tried once more")
                        return .completed
                    }
                ]
            ) {
                let isDone = try await eventually { try await count("jobs", database) == 0 }
                #expect(isDone)
            }
            let letters = try await database.superuser.query("SELECT id, attempt, max_attempts, reason FROM dead_jobs")
            #expect(letters.count == 1)
            #expect(try letters[0].get(0) == poison)
            #expect(try letters[0].get(1) == 3)
            #expect(try letters[0].get(2) == 3)
            #expect(letters[0][3].string == "the worker stopped without a word in each of 4 attempts")
        }
    }

    /// Four jobs at work in a worker that died each time: nobody knows which of them it was.
    @Test func jobsThatDiedTogetherAreTriedOneAtATime() async throws {
        try await TestDatabase.with { database in
            let jobs = try await enqueue((0..<4).map { _ in NewJob(kind: "work", maximumAttempts: 2) }, database)
            for _ in 0..<2 {
                #expect(try await queue(database).claim(limit: 10).count == 4)
                try await expireLeases(database)
            }
            let fresh = try await enqueue([NewJob(kind: "work")], database)[0]
            let claims = try await queue(database).claim(limit: 10).map(\.lease)
            #expect(claims.count { $0.job == fresh } == 1, "others are not held up")
            let suspect = try #require(claims.first { jobs.contains($0.job) })
            #expect(claims.count == 2 && suspect.attempt == 3)
            #expect(try await queue(database, worker: "x").claim(limit: 10).isEmpty, "one in all workers")

            // It is the one: its worker dies again, and nothing else does.
            try await expireLeases(database)
            let second = try await queue(database).claim(limit: 10).map(\.lease)
            #expect(second.first { $0.job == suspect.job }?.attempt == 4, "to be buried")
            var innocent = second.filter { $0.job != suspect.job && $0.job != fresh }
            for round in 1...3 {
                #expect(innocent.count == 1, "round \(round)")
                let lease = try #require(innocent.first)
                try await database.worker.transaction(.tenant(lease.tenant)) { try await lease.complete(in: $0) }
                innocent = try await queue(database).claim(limit: 10).map(\.lease)
            }
            #expect(try await count("jobs", database) == 2)
        }
    }

    @Test func aRestartOfTheDatabaseCostsNoAttempt() async throws {
        try await TestDatabase.with { database in
            try await enqueue([NewJob(kind: "work", maximumAttempts: 1)], database)
            #expect(try await queue(database).claim(limit: 1).first?.lease.attempt == 1)
            // As if its last heartbeat had been before the database was started.
            try await database.superuser.query(
                """
                UPDATE jobs SET extended_at = pg_postmaster_start_time() - interval '1 s',
                    lease_until = now() - interval '1 s'
                """)
            #expect(try await queue(database).claim(limit: 1).first?.lease.attempt == 1)
        }
    }
}
