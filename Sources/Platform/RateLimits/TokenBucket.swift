/// A token bucket in one process. Times are in nanoseconds on the monotonic clock.
struct TokenBucket: Sendable {
    private var level: Double
    private var seenAt: UInt64

    /// A full one.
    init(_ policy: RatePolicy, now: UInt64) {
        level = Double(policy.quota)
        seenAt = now
    }

    /// Takes a permit, if there is one.
    mutating func take(_ policy: RatePolicy, now: UInt64) -> Bool {
        fill(policy, now: now)
        guard level >= 1 else { return false }
        level -= 1
        return true
    }

    /// How long until there is a permit; 0 when there is one.
    mutating func wait(_ policy: RatePolicy, now: UInt64) -> UInt64 {
        fill(policy, now: now)
        return level >= 1 ? 0 : UInt64((1 - level) / policy.rate * 1e9)
    }

    mutating func isFull(_ policy: RatePolicy, now: UInt64) -> Bool {
        fill(policy, now: now)
        return level >= Double(policy.quota)
    }

    var permits: Int { Int(level) }

    private mutating func fill(_ policy: RatePolicy, now: UInt64) {
        guard now > seenAt else { return }
        level = min(Double(policy.quota), level + Double(now - seenAt) / 1e9 * policy.rate)
        seenAt = now
    }
}
