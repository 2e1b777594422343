import Jobs
import Kernel
import Pipeline
import Postgres
import ServiceHarness
import Synchronization
import TestSupport
import Testing

@testable import Service

/// The operator's command.
@Suite(.timeLimit(.minutes(1)))
struct DeadLettersTests {
    @Test func listsWhatDiedAndWhy() async throws {
        try await TestDatabase.with { database in
            #expect(try await said(["list"], database) == "There are no dead letters.")
            #expect(try await said(["list", "--json"], database) == "[]")
            let tenant = TenantID.new()
            let first = try await bury(
                "delete_objects", tenant, database, reason: "no \u{1B}[31mway\nat all", hoursAgo: 2)
            let second = try await bury("run_spec", tenant, database, reason: "worse", hoursAgo: 1)
            let text = try await said(["list"], database)
            #expect(text.contains("\(first)  delete_objects") && text.contains("tenant \(tenant)"))
            #expect(text.contains("no  [31mway at all"), "what would move the cursor is gone")
            #expect(text.hasSuffix("2 dead letters."))
            #expect(text.split(separator: "\n").first?.contains(second.description) == true, "the youngest first")
            #expect(
                try await said(["list", "--limit", "1"], database).hasSuffix("1 of 2 dead letters; --limit shows more.")
            )
            let json = try JSON(parsing: try await said(["list", "--kind", "delete_objects", "--json"], database))
            #expect(json.array?.count == 1)
            #expect(json[0]?["id"]?.string == first.description)
            #expect(json[0]?["reason"]?.string == "no \u{1B}[31mway\nat all")
            #expect(json[0]?["attempts"]?.integer == 3)
        }
    }

    @Test func putsOneBackWithAllItsAttemptsBeforeIt() async throws {
        try await TestDatabase.with { database in
            let tenant = TenantID.new()
            let id = try await bury("delete_objects", tenant, database)
            var events = database.listener().listen(Jobs.channel).makeAsyncIterator()
            #expect(await events.next() == .reconnected)
            #expect(try await said(["redrive", id.description], database) == "1 redriven, 0 left as they are.")
            #expect(await events.next() == .notification(.init(channel: "jobs", payload: "")), "workers hear of it")
            let job = try await database.superuser.query(
                "SELECT id, attempt, max_attempts, payload, run_at <= now(), lease_token IS NULL FROM jobs")[0]
            #expect(try job.get(0) == id)
            #expect(try job.get(1) == 0)
            #expect(try job.get(2) == 4)
            #expect(try job.get(3) == ["n": 1] as JSON)
            #expect(try job.get(4) == true)
            #expect(try job.get(5) == true)
            #expect(try await count("dead_jobs", database) == 0)
            await #expect(throws: NoSuchLetter.self) { try await said(["redrive", id.description], database) }
        }
    }

    @Test func putsAllOfAKindBack() async throws {
        try await TestDatabase.with { database in
            for _ in 0..<3 { try await bury("delete_objects", .new(), database) }
            try await bury("other", .new(), database)
            let json = try JSON(
                parsing: try await said(["redrive", "--all", "--kind", "delete_objects", "--json"], database))
            #expect(json["redriven"]?.array?.count == 3)
            #expect(json["refused"]?.array?.count == 0)
            #expect(try await count("jobs", database) == 3)
            #expect(try await said(["redrive", "--all"], database) == "1 redriven, 0 left as they are.")
            #expect(try await count("dead_jobs", database) == 0)
        }
    }

    /// The step's feature had failed with it; it goes on where it was.
    @Test func aStepsFeatureGoesOn() async throws {
        try await TestService.idle { service in
            let journey = try await Journey.drafted(by: try await service.keyed("alice"))
            try await journey.confirm()
            try await buryQueue(service.database)
            try await service.database.superuser.query(
                "UPDATE features SET status = 'failed', failed_in = 'spec_generating', failure = 'It broke off.'")
            #expect(try await said(["redrive", "--all"], service.database) == "1 redriven, 0 left as they are.")
            #expect(try await journey.now()["status"] == "spec_generating")
            try await service.startWorker()
            try await journey.until("spec_ready", after: Int64(try await journey.events().count) - 1)
        }
    }

    @Test(arguments: [
        ("DELETE FROM features", "its feature was deleted"),
        ("UPDATE features SET revision = 2", "another revision"),
        ("UPDATE features SET status = 'plan_ready'", "does not wait for this step"),
        (
            """
            INSERT INTO jobs (tenant_id, id, kind, feature_id, revision, payload)
            SELECT tenant_id, gen_random_uuid(), kind, feature_id, revision, payload FROM dead_jobs
            """, "another job for this step"
        ),
        ("UPDATE dead_jobs SET kind = 'run_chat'", "can ask again"),
    ])
    func whatNobodyWaitsForStays(change: String, reason: String) async throws {
        try await TestService.idle { service in
            let journey = try await Journey.drafted(by: try await service.keyed("alice"))
            try await journey.confirm()
            try await buryQueue(service.database)
            try await service.database.superuser.run(script: change)
            let jobs = try await count("jobs", service.database)
            let text = try await said(["redrive", "--all"], service.database)
            #expect(text.contains(reason), "\(text)")
            #expect(text.hasSuffix("0 redriven, 1 left as they are."))
            #expect(try await count("dead_jobs", service.database) == 1)
            #expect(try await count("jobs", service.database) == jobs)
        }
    }

    @Test(arguments: [
        [], ["drop"], ["redrive"], ["redrive", "x"], ["list", "--kind"], ["list", "--limit", "0"], ["list", "--all"],
        ["redrive", "--all", "01990000-0000-7000-8000-000000000000"], ["redrive", "--all", "--limit", "3"],
        ["redrive", "01990000-0000-7000-8000-000000000000", "--kind", "k"],
    ])
    func refusesAWrongCommandLine(words: [String]) {
        #expect(throws: UsageError.self) { try DeadLettersOptions(words[...]) }
    }

    private func said(_ words: [String], _ database: TestDatabase) async throws -> String {
        let lines = Mutex("")
        try await DeadLettersCommand(options: try DeadLettersOptions(words[...])).act(on: database.worker) { text in
            lines.withLock { $0 += text }
        }
        return lines.withLock { $0 }
    }

    @discardableResult
    private func bury(
        _ kind: String, _ tenant: TenantID, _ database: TestDatabase, reason: String = "no way", hoursAgo: Int = 0
    ) async throws -> JobID {
        let id = JobID.new()
        try await database.superuser.query(
            """
            INSERT INTO dead_jobs (tenant_id, id, kind, payload, attempt, max_attempts, reason, created_at, died_at)
            VALUES (\(tenant), \(id), \(kind), '{"n": 1}', 3, 4, \(reason), now(),
                now() - \(Duration.seconds(hoursAgo * 3_600)))
            """)
        return id
    }

    /// Moves everything in the queue to the dead letters.
    private func buryQueue(_ database: TestDatabase) async throws {
        try await database.superuser.query(
            """
            WITH gone AS (DELETE FROM jobs RETURNING *)
            INSERT INTO dead_jobs (tenant_id, id, kind, feature_id, revision, payload, attempt, reason, created_at)
            SELECT tenant_id, id, kind, feature_id, revision, payload, 3, 'it broke off', created_at FROM gone
            """)
    }
}
