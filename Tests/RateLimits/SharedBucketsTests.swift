import EventLoop
import Kernel
import Postgres
import TestSupport
import Testing

@testable import RateLimits

@Suite(.timeLimit(.minutes(5)))
struct SharedBucketsTests {
    private static func buckets(_ database: Database) -> SharedBuckets {
        SharedBuckets(database: database) { Array($0.reversed()) + Array(repeating: 7, count: 16) }
    }

    @Test func givesOutWhatThereIs() async throws {
        try await TestDatabase.with(.migrated) { database in
            let policy = RatePolicy("user", quota: 100, window: 1_000_000)
            let buckets = Self.buckets(database.api)
            let alice = RateSubject.user(.new())
            var given = 0
            for round in 1...20 {
                let (granted, left) = try await buckets.take(policy, for: alice)
                #expect(granted == 5)
                #expect(abs(left - Double(100 - 5 * round)) < 0.1)
                given += granted
            }
            #expect(given == 100)
            let none = try await buckets.take(policy, for: alice).granted
            #expect(none == 0)
            let others = try await buckets.take(policy, for: .user(.new())).granted
            #expect(others == 5)
        }
    }

    @Test func givesTogetherNoMoreThanTheQuota() async throws {
        try await TestDatabase.with(.migrated) { database in
            let policy = RatePolicy("tenant", quota: 1_000, window: 1_000_000)
            let buckets = Self.buckets(database.api)
            let team = RateSubject.tenant(.new())
            let given = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<50 { group.addTask { try await buckets.take(policy, for: team).granted } }
                return try await group.reduce(0, +)
            }
            #expect(given == 1_000)
        }
    }

    @Test func fillsWithTime() async throws {
        try await TestDatabase.with(.migrated) { database in
            // So slow that a busy machine adds nothing.
            let policy = RatePolicy("user", quota: 100, window: 10_000)
            let buckets = Self.buckets(database.api)
            let alice = UserID.new()
            for _ in 0..<20 { _ = try await buckets.take(policy, for: .user(alice)) }
            _ = try await database.superuser.query(
                "UPDATE rate_buckets SET refilled_at = refilled_at - interval '350 seconds' WHERE tenant_id = \(alice)")
            let gathered = try await buckets.take(policy, for: .user(alice)).granted
            #expect(gathered == 3)
            _ = try await database.superuser.query(
                "UPDATE rate_buckets SET refilled_at = refilled_at - interval '10 days' WHERE tenant_id = \(alice)")
            let (granted, left) = try await buckets.take(policy, for: .user(alice))
            #expect(granted == 5)
            #expect(left == 95)
        }
    }

    @Test func keepsSubjectsApartThatShareAnID() async throws {
        try await TestDatabase.with(.migrated) { database in
            let policy = RatePolicy("x", quota: 20, window: 1_000_000)
            let buckets = Self.buckets(database.api)
            let alice = UserID.new()
            for subject in [RateSubject.user(alice), .tenant(.personal(of: alice))] {
                for left in (0...20).reversed() {
                    let granted = try await buckets.take(policy, for: subject).granted
                    #expect(granted == (left > 0 ? 1 : 0))
                }
            }
        }
    }
}
