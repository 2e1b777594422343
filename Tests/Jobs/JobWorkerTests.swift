import Jobs
import Kernel
import Postgres
import Synchronization
import TestSupport
import Testing

@Suite struct JobWorkerTests {
    private let eager = RetryPolicy(backoff: Backoff(base: .milliseconds(1), cap: .milliseconds(2)))

    @Test func runsWhatIsEnqueuedBeforeAndAfterItStarts() async throws {
        try await TestDatabase.with { database in
            let done = Record<JobID>()
            let early = try await enqueue((0..<5).map { _ in NewJob(kind: "work") }, database)
            try await withWorker(
                database,
                handlers: [
                    "work": { lease, _ in
                        done.add(lease.job)
                        return .completed
                    }
                ]
            ) {
                let wereDone = await eventually { done.count == 5 }
                #expect(wereDone)
                // The worker polls once in half a minute here: only NOTIFY can make this quick.
                let late = try await enqueue([NewJob(kind: "work")], database)
                let isDone = await eventually(within: .seconds(5)) { done.count == 6 }
                #expect(isDone)
                #expect(Set(done.entries) == Set(early + late))
                let isEmpty = try await eventually { try await count("jobs", database) == 0 }
                #expect(isEmpty)
            }
        }
    }

    @Test func runsADelayedJobWhenItIsDue() async throws {
        try await TestDatabase.with { database in
            let done = Record<ContinuousClock.Instant>()
            try await withWorker(
                database,
                handlers: [
                    "work": { _, _ in
                        done.add(.now)
                        return .completed
                    }
                ]
            ) {
                let start = ContinuousClock.now
                try await enqueue([NewJob(kind: "work", due: .after(.milliseconds(300)))], database)
                let isDone = await eventually(within: .seconds(5)) { done.count == 1 }
                #expect(isDone)
                #expect(try #require(done.entries.first) - start >= .milliseconds(290))
            }
        }
    }

    @Test func sharesWorkAmongWorkersWithoutDoingAnyTwice() async throws {
        try await TestDatabase.with { database in
            let done = Record<JobID>()
            let handler: JobHandler = { lease, _ in
                done.add(lease.job)
                return .completed
            }
            try await withWorker(database, name: "a", concurrency: 8, handlers: ["work": handler]) {
                try await withWorker(database, name: "b", concurrency: 8, handlers: ["work": handler]) {
                    for _ in 0..<10 { try await enqueue((0..<20).map { _ in NewJob(kind: "work") }, database) }
                    let isEmpty = try await eventually(within: .seconds(20)) { try await count("jobs", database) == 0 }
                    #expect(isEmpty)
                }
            }
            #expect(done.count == 200)
            #expect(Set(done.entries).count == 200)
        }
    }

    @Test func neverRunsMoreAtOnceThanItMay() async throws {
        try await TestDatabase.with { database in
            let gauge = Level()
            try await enqueue((0..<30).map { _ in NewJob(kind: "work") }, database)
            try await withWorker(
                database, concurrency: 3,
                handlers: [
                    "work": { _, _ in
                        gauge.enter()
                        try await Task.sleep(for: .milliseconds(3))
                        gauge.leave()
                        return .completed
                    }
                ]
            ) {
                let areDone = await eventually { gauge.done == 30 }
                #expect(areDone)
            }
            #expect(gauge.most == 3)
        }
    }

    @Test func retriesThenBuriesWithTheReason() async throws {
        try await TestDatabase.with { database in
            let attempts = Record<Int>()
            let buried = Record<String>()
            let tenant = TenantID.new()
            try await database.superuser.run(
                script: "CREATE TABLE told (tenant text); GRANT ALL ON told TO specwright_worker")
            let id = try await enqueue([NewJob(kind: "work", payload: ["n": 1])], database, tenant: tenant)[0]
            let undertaker: JobUndertaker = { lease, reason, tx in
                buried.add(reason)
                try await tx.execute("INSERT INTO told SELECT current_setting('app.tenant_id')")
            }
            try await withWorker(
                database, policy: eager, undertaker: undertaker,
                handlers: [
                    "work": { lease, _ in
                        attempts.add(lease.attempt)
                        throw JobFailure(retryable: true, reason: "the model is overloaded")
                    }
                ]
            ) {
                let isBuried = try await eventually { try await count("dead_jobs", database) == 1 }
                #expect(isBuried)
            }
            #expect(attempts.entries == [1, 2, 3])
            #expect(buried.entries == ["failed after 3 attempts: the model is overloaded"])
            let row = try await database.superuser.query(
                "SELECT id, kind, payload, attempt, reason, last_error, (SELECT tenant FROM told) FROM dead_jobs")[0]
            #expect(try row.get(0) == id)
            #expect(try row.get(2) == ["n": 1] as JSON)
            #expect(try row.get(3) == 3)
            #expect(row["reason"].string == "failed after 3 attempts: the model is overloaded")
            #expect(row["last_error"].string == "the model is overloaded")
            #expect(row[6].string == tenant.description)
            #expect(try await count("jobs", database) == 0)
        }
    }

    @Test func waitsLongerBeforeEachRetry() async throws {
        try await TestDatabase.with { database in
            let id = try await enqueue([NewJob(kind: "work")], database)[0]
            let policy = RetryPolicy(backoff: Backoff(base: .seconds(1_000), cap: .seconds(1_000)))
            try await withWorker(
                database, policy: policy,
                handlers: [
                    "work": { _, _ in
                        throw JobFailure(retryable: true, reason: "busy")
                    }
                ]
            ) {
                let isBack = try await eventually { try await stored(id, database)?.lastError == "busy" }
                #expect(isBack)
            }
            let job = try #require(try await stored(id, database))
            #expect(job.attempt == 1 && !job.isLeased && job.dueIn <= 1_000)
        }
    }

    @Test func buriesAtOnceWhatCannotBeRetried() async throws {
        try await TestDatabase.with { database in
            try await enqueue([NewJob(kind: "work")], database)
            try await withWorker(
                database,
                handlers: [
                    "work": { _, _ in
                        throw JobFailure(retryable: false, reason: "there is no provider key")
                    }
                ]
            ) {
                let isBuried = try await eventually { try await count("dead_jobs", database) == 1 }
                #expect(isBuried)
            }
            let row = try await database.superuser.query("SELECT attempt, reason FROM dead_jobs")[0]
            #expect(try row.get(0) == 1)
            #expect(row[1].string == "there is no provider key")
        }
    }

    @Test func buriesWhatKilledItsWorkersTooOften() async throws {
        try await TestDatabase.with { database in
            try await enqueue([NewJob(kind: "work", maximumAttempts: 2)], database)
            for _ in 0..<3 {
                #expect(try await queue(database).claim(limit: 1).count == 1)
                try await expireLeases(database)
            }
            let ran = Record<Int>()
            try await withWorker(
                database,
                handlers: [
                    "work": { lease, _ in
                        ran.add(lease.attempt)
                        return .completed
                    }
                ]
            ) {
                let isBuried = try await eventually { try await count("dead_jobs", database) == 1 }
                #expect(isBuried)
            }
            #expect(ran.count == 0)
            let attempt: Int = try await database.superuser.query("SELECT attempt FROM dead_jobs")[0].get(0)
            #expect(attempt == 2)
        }
    }

    @Test func snoozesWithoutSpendingAttempts() async throws {
        try await TestDatabase.with { database in
            let attempts = Record<Int>()
            try await enqueue([NewJob(kind: "work", maximumAttempts: 1)], database)
            try await withWorker(
                database,
                handlers: [
                    "work": { lease, context in
                        attempts.add(lease.attempt)
                        guard attempts.count < 4 else { return .completed }
                        return .snoozed(until: .after(.milliseconds(10)))
                    }
                ]
            ) {
                let isDone = try await eventually { try await count("jobs", database) == 0 }
                #expect(isDone)
            }
            #expect(attempts.entries == [1, 1, 1, 1])
            #expect(try await count("dead_jobs", database) == 0)
        }
    }
}

/// How many are inside at once.
private final class Level: Sendable {
    private let state = Mutex((now: 0, most: 0, done: 0))

    func enter() {
        state.withLock {
            $0.now += 1
            $0.most = max($0.most, $0.now)
        }
    }

    func leave() {
        state.withLock {
            $0.now -= 1
            $0.done += 1
        }
    }

    var most: Int { state.withLock { $0.most } }
    var done: Int { state.withLock { $0.done } }
}
