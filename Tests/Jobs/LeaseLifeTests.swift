import Jobs
import Kernel
import Postgres
import TestSupport
import Testing

/// Heartbeats, takeovers and the end of a worker.
@Suite struct LeaseLifeTests {
    private let short = JobTiming(lease: .seconds(2), heartbeat: .milliseconds(200), poll: 0.05...0.1)

    @Test func heartbeatsKeepALongJob() async throws {
        try await TestDatabase.with { database in
            let attempts = Record<Int>()
            let id = try await enqueue([NewJob(kind: "work")], database)[0]
            let handler: JobHandler = { lease, _ in
                attempts.add(lease.attempt)
                try await Task.sleep(for: .seconds(3))
                return .completed
            }
            // The second worker looks all the time and would take an expired lease over.
            try await withWorker(database, name: "a", timing: short, handlers: ["work": handler]) {
                try await withWorker(database, name: "b", timing: short, handlers: ["work": handler]) {
                    let isDone = try await eventually { try await stored(id, database) == nil }
                    #expect(isDone)
                }
            }
            #expect(attempts.entries == [1])
        }
    }

    @Test func aLostLeaseStopsTheHandlerAndChangesNothing() async throws {
        try await TestDatabase.with { database in
            let stopped = Record<Bool>()
            let id = try await enqueue([NewJob(kind: "work")], database)[0]
            let timing = JobTiming(lease: .seconds(30), heartbeat: .milliseconds(50), poll: 30...60)
            try await withWorker(
                database, timing: timing,
                handlers: [
                    "work": { _, _ in
                        do {
                            try await Task.sleep(for: .seconds(60))
                        } catch {
                            stopped.add(Task.isCancelled)
                            throw error
                        }
                        return .completed
                    }
                ]
            ) {
                let isLeased = try await eventually { try await stored(id, database)?.isLeased == true }
                #expect(isLeased)
                let thief = ID<LeaseSubject>.new()
                try await database.superuser.query("UPDATE jobs SET lease_token = \(thief) WHERE id = \(id)")
                let hasStopped = await eventually { stopped.count == 1 }
                #expect(hasStopped)
            }
            #expect(stopped.entries == [true])
            let job = try #require(try await stored(id, database))
            #expect(job.isLeased && job.attempt == 1 && job.lastError == nil, "what the thief holds is left alone")
        }
    }

    @Test func drainingLetsRunningJobsFinishAndClaimsNoMore() async throws {
        try await TestDatabase.with { database in
            let started = Record<JobID>()
            let finished = Record<Bool>()
            try await enqueue([NewJob(kind: "work")], database)
            try await withWorker(
                database, concurrency: 1,
                handlers: [
                    "work": { lease, context in
                        started.add(lease.job)
                        _ = await eventually { context.isDraining() }
                        finished.add(Task.isCancelled)
                        return .completed
                    }
                ]
            ) {
                let hasStarted = await eventually { started.count == 1 }
                #expect(hasStarted)
                try await enqueue([NewJob(kind: "work")], database)
            }
            #expect(finished.entries == [false])
            #expect(started.count == 1)
            #expect(try await count("jobs", database) == 1)
        }
    }

    @Test func whatDoesNotFinishInTimeGoesBackUnspent() async throws {
        try await TestDatabase.with { database in
            let started = Record<JobID>()
            let id = try await enqueue([NewJob(kind: "work")], database)[0]
            let timing = JobTiming(poll: 30...60, drain: .milliseconds(100))
            try await withWorker(
                database, timing: timing,
                handlers: [
                    "work": { lease, _ in
                        started.add(lease.job)
                        try await Task.sleep(for: .seconds(60))
                        return .completed
                    }
                ]
            ) {
                let hasStarted = await eventually { started.count == 1 }
                #expect(hasStarted)
            }
            let job = try #require(try await stored(id, database))
            #expect(job.attempt == 0 && !job.isLeased && job.dueIn <= 0)
        }
    }

    @Test func outlivesTheLossOfItsConnections() async throws {
        try await TestDatabase.with { database in
            let done = Record<JobID>()
            try await withWorker(
                database, timing: JobTiming(lease: .seconds(3), heartbeat: .milliseconds(200), poll: 0.1...0.2),
                handlers: [
                    "work": { lease, _ in
                        done.add(lease.job)
                        return .completed
                    }
                ]
            ) {
                for round in 1...3 {
                    let name = database.name
                    try await database.superuser.query(
                        """
                        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                        WHERE datname = \(name) AND usename = 'specwright_worker'
                        """)
                    try await enqueue([NewJob(kind: "work")], database)
                    let isDone = await eventually { Set(done.entries).count == round }
                    #expect(isDone)
                }
            }
        }
    }
}
