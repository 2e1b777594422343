import Jobs
import Kernel
import Postgres
import TestSupport
import Testing

@Suite struct ClaimTests {
    @Test func completionsAndTheNextClaimAreOneStatement() async throws {
        try await TestDatabase.with { database in
            let tenant = TenantID.new()
            try await enqueue((0..<5).map { _ in NewJob(kind: "work") }, database, tenant: tenant)
            // The tenant is at its limit: only what is completed makes room for more.
            let queue = queue(database, tenantLimit: 2)
            let first = try await queue.claim(limit: 5).map(\.lease)
            #expect(first.count == 2)
            let (second, completed) = try await queue.claim(limit: 5, completing: first)
            #expect(completed == Set(first.map(\.token)))
            #expect(second.count == 2)
            #expect(try await count("jobs", database) == 3)

            // One of them is somebody else's by now.
            try await database.superuser.query(
                "UPDATE jobs SET lease_token = gen_random_uuid() WHERE id = \(second[0].lease.job)")
            let (third, held) = try await queue.claim(limit: 0, completing: second.map(\.lease))
            #expect(held == [second[1].lease.token])
            #expect(third.isEmpty)
            #expect(try await count("jobs", database) == 2)
        }
    }

    @Test func givesEachJobToOneWorkerHoweverManyAsk() async throws {
        try await TestDatabase.with { database in
            var enqueued: Set<JobID> = []
            for _ in 0..<5 {
                enqueued.formUnion(try await enqueue((0..<40).map { _ in NewJob(kind: "work") }, database))
            }
            let claimed = try await withThrowingTaskGroup(of: [JobID].self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        let queue = queue(database, worker: "w\(worker)")
                        var mine: [JobID] = []
                        while true {
                            let claims = try await queue.claim(limit: 1 + worker)
                            if claims.isEmpty { return mine }
                            mine += claims.map(\.lease.job)
                        }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.count == 200)
            #expect(Set(claimed) == enqueued)
        }
    }

    @Test func takesDueJobsOfItsKindsLongestDueFirst() async throws {
        try await TestDatabase.with { database in
            let now = Timestamp.now
            let ids = try await enqueue(
                [
                    NewJob(kind: "work", due: .at(now + .seconds(-10))),
                    NewJob(kind: "work", due: .at(now + .seconds(-20))),
                    NewJob(kind: "other", due: .at(now + .seconds(-30))),
                    NewJob(kind: "work", due: .after(.seconds(60))),
                ], database)
            let claims = try await queue(database).claim(limit: 10)
            #expect(claims.map(\.lease.job).sorted() == [ids[0], ids[1]].sorted())
            #expect(claims.map(\.delay).max()! > .seconds(19))
            let next = try #require(try await queue(database, lease: .seconds(90)).timeUntilNextDue())
            #expect(next > .seconds(20) && next <= .seconds(30), "the leases end before the delayed job is due")
            #expect(try await queue(database, kinds: ["absent"]).timeUntilNextDue() == nil)
        }
    }

    @Test func takesOverWhatIsNoLongerExtended() async throws {
        try await TestDatabase.with { database in
            try await enqueue([NewJob(kind: "work")], database)
            let first = try #require(try await queue(database, worker: "dead").claim(limit: 1).first).lease
            let tooEarly = try await queue(database, worker: "heir").claim(limit: 1)
            #expect(tooEarly.isEmpty)
            try await expireLeases(database)
            let second = try #require(try await queue(database, worker: "heir").claim(limit: 1).first).lease
            #expect(second.job == first.job)
            #expect(second.token != first.token)
            #expect(second.attempt == 2)
        }
    }

    @Test func extendsAllHeldLeasesAndNamesThoseThatStand() async throws {
        try await TestDatabase.with { database in
            try await enqueue((0..<5).map { _ in NewJob(kind: "work") }, database)
            let queue = queue(database, lease: .seconds(5))
            let leases = try await queue.claim(limit: 5).map(\.lease)
            try await database.superuser.query(
                "UPDATE jobs SET lease_token = gen_random_uuid() WHERE id = \(leases[0].job)")
            try await database.superuser.query("DELETE FROM jobs WHERE id = \(leases[1].job)")
            let longer = JobQueue(database: database.worker, worker: "w", kinds: ["work"], lease: .seconds(50))
            let held = try await longer.extend(leases)
            #expect(held == Set(leases[2...].map(\.token)))
            let extended: Int = try await database.superuser.query(
                "SELECT count(*) FROM jobs WHERE lease_until > now() + interval '40 s'")[0].get(0)
            #expect(extended == 3)
        }
    }

    @Test func aLockedJobHoldsUpNoHeartbeat() async throws {
        try await TestDatabase.with { database in
            try await enqueue((0..<2).map { _ in NewJob(kind: "work") }, database)
            let queue = queue(database)
            let leases = try await queue.claim(limit: 2).map(\.lease)
            try await database.worker.transaction(.tenant(leases[0].tenant)) { tx in
                try await leases[0].complete(in: tx)
                let held = try await queue.extend(leases)
                #expect(held == Set(leases.map(\.token)))
            }
            let after = try await queue.extend(leases)
            #expect(after == [leases[1].token])
        }
    }
}
