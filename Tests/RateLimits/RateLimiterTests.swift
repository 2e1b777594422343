import EventLoop
import Kernel
import Synchronization
import Testing

@testable import RateLimits

/// Gives what it is told to, and counts how often it is asked.
private final class Source: PermitSource {
    struct Away: Error {}
    private let state: Mutex<(asked: Int, left: Int)>
    private let isAway: Bool

    init(_ left: Int, isAway: Bool = false) {
        state = Mutex((0, left))
        self.isAway = isAway
    }

    var asked: Int { state.withLock { $0.asked } }

    func take(_ policy: RatePolicy, for subject: RateSubject) async throws -> (granted: Int, left: Double) {
        if isAway { throw Away() }
        return state.withLock { state in
            state.asked += 1
            let granted = min(policy.batch, state.left)
            state.left -= granted
            return (granted, Double(state.left))
        }
    }
}

struct RateLimiterTests {
    private static let loops = EventLoopGroup(count: 1)
    /// A rate at which nothing comes back while a test runs.
    private let policy = RatePolicy("user", quota: 1_000, window: 1_000_000)

    private func admitted(_ count: Int, by limiter: RateLimiter, _ subject: RateSubject) async -> Int {
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<count {
                group.addTask {
                    if case .admitted = await limiter.admit(subject, self.policy, on: Self.loops.loops[0]) {
                        return true
                    }
                    return false
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
    }

    @Test func asksOnceForABatch() async {
        let source = Source(1_000)
        let limiter = RateLimiter(source: source, subjects: 100, clock: { 0 })
        #expect(await admitted(2_000, by: limiter, .user(.new())) == 1_000)
        // Twenty batches of fifty, and once to learn that there is no more.
        #expect(source.asked == 21)
        #expect(await admitted(1_000, by: limiter, .user(.new())) == 0)
        #expect(source.asked == 22, "a refusal is remembered")
    }

    @Test func limitsEachProcessWhenTheSharedBucketIsAway() async {
        let limiter = RateLimiter(source: Source(0, isAway: true), subjects: 100, clock: { 0 })
        #expect(await admitted(1_500, by: limiter, .user(.new())) == 1_000)
        #expect(await admitted(10, by: limiter, .user(.new())) == 10, "each has its own")
    }

    @Test func remembersNoMoreThanItMay() async {
        let source = Source(1_000_000)
        let limiter = RateLimiter(source: source, subjects: 160, clock: { 0 })
        for _ in 0..<1_000 {
            guard case .admitted = await limiter.admit(.user(.new()), policy, on: Self.loops.loops[0]) else {
                Issue.record("refused")
                return
            }
        }
        #expect(limiter.count <= 160)
    }
}
