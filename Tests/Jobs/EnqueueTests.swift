import Jobs
import Kernel
import Postgres
import TestSupport
import Testing

@Suite struct EnqueueTests {
    @Test func existsExactlyIfItsTransactionCommits() async throws {
        try await TestDatabase.with { database in
            let tenant = TenantID.new()
            struct Stop: Error {}
            await #expect(throws: Stop.self) {
                try await database.api.transaction(.tenant(tenant)) { tx in
                    try await Jobs.enqueue(NewJob(kind: "work"), in: tx, tenant: tenant)
                    throw Stop()
                }
            }
            let jobsLeft = try await count("jobs", database)
            #expect(jobsLeft == 0)
            let ids = try await enqueue([NewJob(kind: "work"), NewJob(kind: "other")], database, tenant: tenant)
            #expect(ids.count == 2)
            let jobsAfter = try await count("jobs", database)
            #expect(jobsAfter == 2)
        }
    }

    @Test func keepsWhatTheJobIsAbout() async throws {
        try await TestDatabase.with { database in
            enum FeatureSubject {}
            let feature = ID<FeatureSubject>.new()
            let tenant = TenantID.new()
            let payload: JSON = ["step": "spec", "note": "it's"]
            let job = NewJob(kind: "work", payload: payload, feature: feature, revision: 3, maximumAttempts: 5)
            let id = try await enqueue([job], database, tenant: tenant)[0]
            let lease = try #require(try await queue(database).claim(limit: 1).first).lease
            #expect(lease.job == id)
            #expect(lease.tenant == tenant)
            #expect(lease.payload == payload)
            #expect(lease.feature(as: FeatureSubject.self) == feature)
            #expect(lease.revision == 3)
            #expect(lease.attempt == 1)
            #expect(lease.maximumAttempts == 5)
            #expect(!lease.isLastAttempt)
        }
    }

    @Test func aTenantCannotEnqueueForAnother() async throws {
        try await TestDatabase.with { database in
            await #expect {
                try await database.api.transaction(.tenant(.new())) { tx in
                    try await Jobs.enqueue(NewJob(kind: "work"), in: tx, tenant: .new())
                }
            } throws: { ($0 as? PostgresError)?.isInsufficientPrivilege == true }
            let jobsLeft = try await count("jobs", database)
            #expect(jobsLeft == 0)
        }
    }

    @Test func wakesListenersWhenItCommits() async throws {
        try await TestDatabase.with { database in
            var events = database.listener().listen(Jobs.channel).makeAsyncIterator()
            #expect(await events.next() == .reconnected)
            try await enqueue([NewJob(kind: "work")], database)
            #expect(await events.next() == .notification(.init(channel: "jobs", payload: "")))
        }
    }
}
