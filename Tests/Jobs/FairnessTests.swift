import Jobs
import Kernel
import Postgres
import TestSupport
import Testing

/// No tenant's backlog is another tenant's waiting time.
@Suite struct FairnessTests {
    @Test func aThousandJobsDelayAnotherTenantsFirstByNoMoreThanOneSlot() async throws {
        try await TestDatabase.with { database in
            let (busy, quiet) = (TenantID.new(), TenantID.new())
            // Whichever way their ids sort.
            for (backlog, other) in [(busy, quiet), (quiet, busy)] {
                try await database.superuser.query("DELETE FROM jobs")
                try await enqueue(works(1_000), database, tenant: backlog)
                let queue = queue(database)
                for _ in 0..<5 { #expect(try await queue.claim(limit: 1).map(\.lease.tenant) == [backlog]) }
                try await enqueue(works(1), database, tenant: other)
                let next = try await queue.claim(limit: 1) + queue.claim(limit: 1)
                #expect(next.prefix(1).map(\.lease.tenant) == [other], "the very next slot")
                #expect(next.last?.lease.tenant == backlog, "and then the backlog goes on")
            }
        }
    }

    @Test func aBatchIsSharedEquallyAndNoSlotStaysEmpty() async throws {
        try await TestDatabase.with { database in
            let tenants = (0..<3).map { _ in TenantID.new() }
            for (tenant, jobs) in zip(tenants, [1_000, 5, 100]) {
                try await enqueue(works(jobs), database, tenant: tenant)
            }
            let claims = try await queue(database).claim(limit: 31)
            let counts = tenants.map { tenant in claims.count { $0.lease.tenant == tenant } }
            #expect(counts.reduce(0, +) == 31)
            #expect(counts[1] == 5)
            #expect(counts[0] >= 10 && counts[2] >= 10, "\(counts)")
        }
    }

    @Test func everyTenantHasItsTurnInEveryRound() async throws {
        try await TestDatabase.with { database in
            let tenants = Set((0..<10).map { _ in TenantID.new() })
            for tenant in tenants { try await enqueue(works(4), database, tenant: tenant) }
            let queue = queue(database)
            for _ in 0..<4 {
                var served: Set<TenantID> = []
                for _ in tenants {
                    let lease = try #require(try await queue.claim(limit: 1).first).lease
                    served.insert(lease.tenant)
                    try await database.worker.transaction(.tenant(lease.tenant)) { try await lease.complete(in: $0) }
                }
                #expect(served == tenants)
            }
            #expect(try await queue.claim(limit: 1).isEmpty)
        }
    }

    @Test func aTenantsJobsAreTakenLongestDueFirst() async throws {
        try await TestDatabase.with { database in
            let now = Timestamp.now
            let ids = try await enqueue(
                [30, 10, 20].map { NewJob(kind: "work", due: .at(now + .seconds(-$0))) }, database)
            let queue = queue(database)
            var order: [JobID] = []
            for _ in 0..<3 { order += try await queue.claim(limit: 1).map(\.lease.job) }
            #expect(order == [ids[0], ids[2], ids[1]])
        }
    }

    @Test func noTenantRunsMoreThanItMayHoweverManyWorkersAsk() async throws {
        try await TestDatabase.with { database in
            let tenants = (0..<2).map { _ in TenantID.new() }
            for tenant in tenants { try await enqueue(works(60), database, tenant: tenant) }
            let most = Record<Int>()
            let done = try await withThrowingTaskGroup(of: Int.self) { group in
                for worker in 0..<4 {
                    group.addTask {
                        let queue = queue(database, worker: "w\(worker)", tenantLimit: 5)
                        var done = 0
                        while try await count("jobs", database) > 0 {
                            let claims = try await queue.claim(limit: 64)
                            most.add(try await mostLeasesOfATenant(database))
                            for lease in claims.map(\.lease) {
                                try await database.worker.transaction(.tenant(lease.tenant)) {
                                    try await lease.complete(in: $0)
                                }
                                done += 1
                            }
                        }
                        return done
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(done == 120)
            #expect(most.entries.max() == 5, "the limit is used, and never exceeded")
        }
    }

    @Test func aLeaseThatRanOutIsTakenOverWithinTheLimit() async throws {
        try await TestDatabase.with { database in
            try await enqueue(works(10), database)
            let queue = queue(database, tenantLimit: 3)
            let first = try await queue.claim(limit: 10).map(\.lease.job)
            #expect(first.count == 3)
            #expect(try await queue.claim(limit: 10).isEmpty)
            try await expireLeases(database)
            let second = try await queue.claim(limit: 10).map(\.lease)
            #expect(
                Set(second.map(\.job)) == Set(first), "they hold the tenant's slots, so others must not run beside them"
            )
            #expect(second.allSatisfy { $0.attempt == 2 })
        }
    }

    @Test func whatIsDueLaterIsNeitherClaimedNorInTheWay() async throws {
        try await TestDatabase.with { database in
            let tenant = TenantID.new()
            try await enqueue(
                (0..<50).map { _ in NewJob(kind: "work", due: .after(.seconds(60))) }, database, tenant: tenant)
            let now = try await enqueue(works(1), database, tenant: tenant)
            let queue = queue(database)
            #expect(try await queue.claim(limit: 10).map(\.lease.job) == now)
            // As `resume` and a new key do it: run_at alone says when a job is due.
            try await database.superuser.query("UPDATE jobs SET run_at = now() WHERE lease_token IS NULL")
            #expect(try await queue.claim(limit: 100).count == 50)
        }
    }

    @Test func jobsOfOtherKindsAreInNobodysWay() async throws {
        try await TestDatabase.with { database in
            for _ in 0..<5 { try await enqueue([NewJob(kind: "other")], database) }
            let mine = try await enqueue(works(1), database)
            for _ in 0..<5 { try await enqueue([NewJob(kind: "other")], database) }
            #expect(try await queue(database).claim(limit: 1).map(\.lease.job) == mine)
        }
    }

    /// The second job may only run when the first is done, in another worker, which rings no bell here.
    @Test func aSlotThatGetsFreeElsewhereIsNoticed() async throws {
        try await TestDatabase.with { database in
            let tenant = TenantID.new()
            let started = Record<String>()
            let mayFinish = Record<Bool>()
            func handler(_ name: String) -> JobHandler {
                { _, _ in
                    started.add(name)
                    if name == "a" { _ = await eventually { mayFinish.count > 0 } }
                    return .completed
                }
            }
            // Drains at once when it is told to, so that it claims no more after its first job.
            let first = Task {
                try await withWorker(
                    database, name: "a", concurrency: 1, tenantConcurrency: 1, handlers: ["work": handler("a")]
                ) {
                    try await enqueue(works(1), database, tenant: tenant)
                    _ = await eventually { started.count == 1 }
                }
            }
            _ = await eventually { started.count == 1 }
            try await withWorker(
                database, name: "b", concurrency: 1, tenantConcurrency: 1, handlers: ["work": handler("b")]
            ) {
                try await enqueue(works(1), database, tenant: tenant)
                let isStillAlone = !(await eventually(within: .milliseconds(400)) { started.count == 2 })
                #expect(isStillAlone)
                mayFinish.add(true)
                // It polls once in half a minute here.
                let isDone = await eventually(within: .seconds(5)) { started.entries == ["a", "b"] }
                #expect(isDone)
            }
            try await first.value
        }
    }

    @Test func nothingIsForgottenWhileManyTenantsPressOnFewSlots() async throws {
        try await TestDatabase.with { database in
            let done = Record<JobID>()
            let handler: JobHandler = { lease, _ in
                done.add(lease.job)
                return .completed
            }
            var all: Set<JobID> = []
            try await withWorker(
                database, name: "a", concurrency: 3, tenantConcurrency: 2, handlers: ["work": handler]
            ) {
                try await withWorker(
                    database, name: "b", concurrency: 3, tenantConcurrency: 2, handlers: ["work": handler]
                ) {
                    for _ in 0..<30 { all.formUnion(try await enqueue(works(4), database)) }
                    let isEmpty = try await eventually(within: .seconds(20)) { try await count("jobs", database) == 0 }
                    #expect(isEmpty)
                }
            }
            #expect(Set(done.entries) == all)
            #expect(done.count == all.count)
        }
    }
}

private func works(_ count: Int) -> [NewJob] { (0..<count).map { _ in NewJob(kind: "work") } }

private func mostLeasesOfATenant(_ database: TestDatabase) async throws -> Int {
    try await database.superuser.query(
        """
        SELECT coalesce(max(leases), 0) FROM (
            SELECT count(*) AS leases FROM jobs WHERE lease_token IS NOT NULL GROUP BY tenant_id) AS counted
        """)[0].get(0)
}
