import Kernel
import Testing

@testable import Tokens

/// When keys are fetched: every edge of the decision, without a network.
struct KeysPolicyTests {
    let policy = KeysPolicy()
    let start = Timestamp(seconds: 1_800_000_000)

    private func decision(
        fetched: Int64?, attempted: Int64?, failed: Bool = false, fetching: Bool = false
    ) -> KeysPolicy.Decision {
        var history = KeysPolicy.History()
        history.fetchedAt = fetched.map { start + .seconds(-$0) }
        history.attemptedAt = attempted.map { start + .seconds(-$0) }
        history.lastAttemptFailed = failed
        history.isFetching = fetching
        return policy.decide(history, at: start)
    }

    @Test func withoutKeys() {
        #expect(decision(fetched: nil, attempted: nil) == .refresh)
        #expect(decision(fetched: nil, attempted: 0, fetching: true) == .refresh)
        #expect(decision(fetched: nil, attempted: 1, failed: true) == .unavailable)
        #expect(decision(fetched: nil, attempted: 2, failed: true) == .refresh)
        #expect(decision(fetched: nil, attempted: 1, failed: true, fetching: true) == .refresh)
    }

    @Test func withFreshKeys() {
        #expect(decision(fetched: 0, attempted: 0) == .useKept)
        #expect(decision(fetched: 479, attempted: 479) == .useKept)
        #expect(decision(fetched: 480, attempted: 480) == .useKeptAndRefresh)
        #expect(decision(fetched: 500, attempted: 10, failed: true) == .useKept)
        #expect(decision(fetched: 599, attempted: 30, failed: true) == .useKeptAndRefresh)
    }

    @Test func withStaleKeys() {
        #expect(decision(fetched: 600, attempted: 600) == .refresh)
        #expect(decision(fetched: 86_399, attempted: 86_399) == .refresh)
        #expect(decision(fetched: 700, attempted: 10, failed: true) == .useKept)
        #expect(decision(fetched: 700, attempted: 30, failed: true) == .useKeptAndRefresh)
        #expect(decision(fetched: 86_400, attempted: 10, failed: true) == .unavailable)
        #expect(decision(fetched: 86_400, attempted: 30, failed: true) == .refresh)
    }

    @Test func aClockThatWasSetBackCausesAFetch() {
        #expect(decision(fetched: -5, attempted: -5) == .refresh)
    }
}
