/// What one process holds of a subject's shared bucket, and what to do with the next request. Decides; does nothing.
///
/// Permits are leased in batches from the row that all processes share, so the sum of what they admit is what the row gave
/// out. Most requests are answered from the lease; an empty row is remembered, so that refusals cost nothing either.
struct Lease: Sendable {
    enum Answer: Equatable {
        /// - `fetches`: the lease runs low: begin a fetch, and do not wait for it.
        case admitted(fetches: Bool)
        case refused(until: UInt64)
        /// Ask again after the fetch that is under way.
        /// - `fetches`: none is: begin it.
        case wait(fetches: Bool)
    }

    /// How long the process goes by its own bucket when the shared one cannot be asked.
    static let outage: UInt64 = 5_000_000_000

    private(set) var permits = 0
    private var expires: UInt64 = 0
    /// When it is worth asking the row again.
    private var nextFetch: UInt64 = 0
    private(set) var isFetching = false
    private var sharedLevel: Double
    private var seenAt: UInt64
    private var own: TokenBucket?
    private var ownUntil: UInt64 = 0

    init(_ policy: RatePolicy, now: UInt64) {
        sharedLevel = Double(policy.quota)
        seenAt = now
    }

    mutating func ask(_ policy: RatePolicy, now: UInt64) -> Answer {
        if now >= expires { permits = 0 }
        if permits > 0 {
            permits -= 1
            let fetches = permits < policy.batch / 4 && now >= nextFetch && now >= ownUntil && !isFetching
            isFetching = isFetching || fetches
            return .admitted(fetches: fetches)
        }
        if now < ownUntil, var bucket = own {
            defer { own = bucket }
            return bucket.take(policy, now: now)
                ? .admitted(fetches: false) : .refused(until: now + bucket.wait(policy, now: now))
        }
        if isFetching { return .wait(fetches: false) }
        guard now >= nextFetch else { return .refused(until: nextFetch) }
        isFetching = true
        return .wait(fetches: true)
    }

    /// A permit that was not used after all.
    mutating func giveBack() { permits += 1 }

    /// The row has given `granted` permits and has `level` left.
    mutating func received(_ granted: Int, level: Double, _ policy: RatePolicy, now: UInt64) {
        isFetching = false
        own = nil
        ownUntil = 0
        permits += granted
        expires = now + UInt64(policy.window) * 1_000_000_000
        sharedLevel = level
        seenAt = now
        guard granted < policy.batch else { return }
        // The row is empty now. With none at all, the next permit is due when it is; with some, let a few gather.
        let missing = granted == 0 ? max(0, 1 - level) : Double(policy.batch) / 2
        let pause = granted == 0 ? max(0.05, missing / policy.rate) : min(1, missing / policy.rate)
        nextFetch = now + UInt64(pause * 1e9)
    }

    /// The row could not be asked. The process lets its own bucket decide for a while: open, and not without bounds.
    mutating func failed(_ policy: RatePolicy, now: UInt64) {
        isFetching = false
        if own == nil { own = TokenBucket(policy, now: now) }
        ownUntil = now + Self.outage
    }

    /// Permits that are left as far as this process knows.
    func remaining(_ policy: RatePolicy, now: UInt64) -> Int {
        if now < ownUntil, let own { return own.permits }
        let elapsed = now > seenAt ? Double(now - seenAt) / 1e9 : 0
        return min(policy.quota, permits + Int(min(Double(policy.quota), sharedLevel + elapsed * policy.rate)))
    }

    /// Nothing is lost by forgetting it.
    func isIdle(now: UInt64) -> Bool { !isFetching && now >= expires && now >= nextFetch && now >= ownUntil }
}
