/// How long to wait before the n-th attempt: exponential, capped, with full jitter, so that many who failed together
/// do not come back together (Brooker, "Exponential Backoff And Jitter", 2015).
package struct Backoff: Sendable, Equatable {
    package let base: Duration
    package let cap: Duration

    package init(base: Duration, cap: Duration) {
        self.base = base
        self.cap = cap
    }

    /// The longest wait after `failures` failures in a row (1 or more).
    package func ceiling(after failures: Int) -> Duration {
        let doublings = min(max(failures - 1, 0), 30)
        return min(cap, base * (1 << doublings))
    }

    /// - Parameter random: from 0 up to 1.
    package func delay(after failures: Int, random: Double = .random(in: 0..<1)) -> Duration {
        ceiling(after: failures) * random
    }
}
