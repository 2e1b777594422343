import Testing

@testable import RateLimits

/// A second in the lease's clock.
private let second: UInt64 = 1_000_000_000

struct LeaseTests {
    /// 100 a minute, 5 at a time.
    private let policy = RatePolicy("user", quota: 100, window: 50)

    @Test func beginsWithAFetch() {
        var lease = Lease(policy, now: 0)
        #expect(lease.ask(policy, now: 0) == .wait(fetches: true))
        #expect(lease.ask(policy, now: 0) == .wait(fetches: false), "one fetch is enough for all")
        lease.received(5, level: 95, policy, now: 0)
        #expect(lease.remaining(policy, now: 0) == 100)
        for _ in 0..<4 { #expect(lease.ask(policy, now: 0) == .admitted(fetches: false)) }
        #expect(lease.ask(policy, now: 0) == .admitted(fetches: true), "the next batch is fetched before it is needed")
        #expect(lease.ask(policy, now: 0) == .wait(fetches: false))
    }

    @Test func remembersThatTheBucketIsEmpty() {
        var lease = Lease(policy, now: 0)
        _ = lease.ask(policy, now: 0)
        lease.received(0, level: 0.5, policy, now: 0)
        // Half a permit takes a quarter of a second at two a second.
        #expect(lease.ask(policy, now: 0) == .refused(until: second / 4))
        #expect(lease.ask(policy, now: second / 4 - 1) == .refused(until: second / 4))
        #expect(lease.ask(policy, now: second / 4) == .wait(fetches: true))
    }

    @Test func letsSomeGatherWhenTheBucketRunsDry() {
        var lease = Lease(policy, now: 0)
        _ = lease.ask(policy, now: 0)
        lease.received(1, level: 0.2, policy, now: 0)
        #expect(lease.ask(policy, now: 0) == .admitted(fetches: false))
        #expect(lease.ask(policy, now: 0) == .refused(until: second))
        #expect(lease.ask(policy, now: second) == .wait(fetches: true))
    }

    @Test func givesUpWhatItDoesNotUse() {
        var lease = Lease(policy, now: 0)
        _ = lease.ask(policy, now: 0)
        lease.received(5, level: 95, policy, now: 0)
        #expect(!lease.isIdle(now: 50 * second - 1))
        #expect(lease.isIdle(now: 50 * second))
        #expect(lease.ask(policy, now: 50 * second) == .wait(fetches: true))
    }

    @Test func takesBackWhatWasNotUsed() {
        var lease = Lease(policy, now: 0)
        _ = lease.ask(policy, now: 0)
        lease.received(1, level: 0, policy, now: 0)
        #expect(lease.ask(policy, now: 0) == .admitted(fetches: false))
        lease.giveBack()
        #expect(lease.ask(policy, now: 0) == .admitted(fetches: false))
    }

    @Test func goesByItsOwnBucketDuringAnOutage() {
        var lease = Lease(policy, now: 0)
        _ = lease.ask(policy, now: 0)
        lease.failed(policy, now: 0)
        for _ in 0..<100 { #expect(lease.ask(policy, now: 0) == .admitted(fetches: false)) }
        #expect(lease.ask(policy, now: 0) == .refused(until: second / 2))
        #expect(lease.ask(policy, now: second / 2) == .admitted(fetches: false))
        // It tries again after a while, and keeps its bucket when that fails too.
        #expect(lease.ask(policy, now: Lease.outage) == .wait(fetches: true))
        lease.failed(policy, now: Lease.outage)
        var admitted = 0
        while lease.ask(policy, now: Lease.outage) == .admitted(fetches: false) { admitted += 1 }
        #expect(admitted == 9, "ten came back in five seconds, and one is used")
        #expect(lease.ask(policy, now: 2 * Lease.outage) == .wait(fetches: true))
        lease.received(5, level: 95, policy, now: 2 * Lease.outage)
        #expect(lease.remaining(policy, now: 2 * Lease.outage) == 100)
    }
}

struct TokenBucketTests {
    private let policy = RatePolicy("sign-in", quota: 2, window: 4)

    @Test func fillsWithTimeAndNoFurther() {
        var bucket = TokenBucket(policy, now: 0)
        #expect(bucket.take(policy, now: 0) == true)
        #expect(bucket.take(policy, now: 0) == true)
        #expect(bucket.take(policy, now: 0) == false)
        #expect(bucket.wait(policy, now: 0) == 2 * second)
        #expect(bucket.wait(policy, now: second) == second)
        #expect(bucket.take(policy, now: 2 * second) == true)
        #expect(bucket.isFull(policy, now: 3 * second) == false)
        #expect(bucket.isFull(policy, now: 100 * second) == true)
        for expected in [true, true, false] { #expect(bucket.take(policy, now: 100 * second) == expected) }
    }
}
