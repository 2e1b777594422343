internal import EventLoop
internal import Glibc
internal import Synchronization

/// Admits requests by subject, each with a bucket that all processes share.
package final class RateLimiter: Sendable {
    enum Verdict: Sendable {
        /// - `left`: permits; `full`: seconds until the bucket is full again.
        case admitted(left: Int, full: Int)
        /// - `wait`: in seconds, at least 1.
        case refused(wait: Int)
    }

    private struct Entry {
        var lease: Lease
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private final class Shard: Sendable {
        let entries = Mutex<[RateSubject: Entry]>([:])
    }

    private static let shardCount = 16
    /// The shared bucket is not waited for longer: then the process decides by itself.
    private static let patience = Duration.seconds(1)

    private let source: any PermitSource
    private let shards = (0..<shardCount).map { _ in Shard() }
    private let shardLimit: Int
    private let clock: @Sendable () -> UInt64

    /// - Parameter subjects: how many are remembered, about 200 bytes each.
    package convenience init(_ buckets: SharedBuckets, subjects: Int = 100_000) {
        self.init(source: buckets, subjects: subjects, clock: { MonotonicTime.now })
    }

    init(source: any PermitSource, subjects: Int, clock: @escaping @Sendable () -> UInt64) {
        self.source = source
        self.clock = clock
        shardLimit = max(1, subjects / Self.shardCount)
    }

    /// Takes a permit of the subject's, from the lease as a rule; at the lease's end it waits for the database.
    func admit(_ subject: RateSubject, _ policy: RatePolicy, on loop: EventLoop) async -> Verdict {
        while true {
            let now = clock()
            let (answer, left) = with(subject) { entries in
                if entries[subject] == nil { makeRoom(in: &entries, now: now) }
                var entry = entries[subject] ?? Entry(lease: Lease(policy, now: now))
                let answer = entry.lease.ask(policy, now: now)
                let left = entry.lease.remaining(policy, now: now)
                entries[subject] = entry
                return (answer, left)
            }
            switch answer {
            case .admitted(let fetches):
                if fetches { fetch(subject, policy, on: loop) }
                let missing = Double(policy.quota - left)
                return .admitted(left: left, full: Int((missing / policy.rate).rounded(.up)))
            case .refused(let until):
                let wait = until > now ? Double(until - now) / 1e9 : 0
                return .refused(wait: max(1, Int(wait.rounded(.up))))
            case .wait(let fetches):
                await withCheckedContinuation { continuation in
                    let isOver = with(subject) { entries in
                        guard entries[subject]?.lease.isFetching == true else { return true }
                        entries[subject]?.waiters.append(continuation)
                        return false
                    }
                    if isOver { continuation.resume() }
                    if fetches { fetch(subject, policy, on: loop) }
                }
            }
        }
    }

    /// For a request that another subject's limit has refused.
    func giveBack(_ subject: RateSubject) {
        with(subject) { entries in entries[subject]?.lease.giveBack() }
    }

    /// How many subjects are remembered.
    var count: Int { shards.reduce(0) { sum, shard in sum + shard.entries.withLock { $0.count } } }

    private func fetch(_ subject: RateSubject, _ policy: RatePolicy, on loop: EventLoop) {
        // On its own: whoever asked may go, and others wait for the answer.
        Task(executorPreference: loop) { [self] in
            let result = await take(subject, policy)
            let now = clock()
            let waiters = with(subject) { entries in
                guard var entry = entries[subject] else { return [CheckedContinuation<Void, Never>]() }
                switch result {
                case (let granted, let left)?: entry.lease.received(granted, level: left, policy, now: now)
                case nil: entry.lease.failed(policy, now: now)
                }
                let waiters = entry.waiters
                entry.waiters = []
                entries[subject] = entry
                return waiters
            }
            for waiter in waiters { waiter.resume() }
        }
    }

    /// - Returns: `nil` when the shared bucket cannot be asked, or takes too long.
    private func take(_ subject: RateSubject, _ policy: RatePolicy) async -> (granted: Int, left: Double)? {
        await withTaskGroup(of: (granted: Int, left: Double)?.self) { group in
            group.addTask { [source] in try? await source.take(policy, for: subject) }
            group.addTask {
                try? await Task.sleep(for: Self.patience)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    private func with<Result>(_ subject: RateSubject, _ body: (inout [RateSubject: Entry]) -> Result) -> Result {
        let shard = shards[Int(truncatingIfNeeded: UInt(bitPattern: subject.hashValue) % UInt(Self.shardCount))]
        return shard.entries.withLock { body(&$0) }
    }

    /// Forgets subjects that have been away; when nobody has, as many as it takes of those that nobody waits for. Their
    /// permits are lost, which errs on the side of the limit.
    private func makeRoom(in entries: inout [RateSubject: Entry], now: UInt64) {
        guard entries.count >= shardLimit else { return }
        entries = entries.filter { !$0.value.lease.isIdle(now: now) }
        guard entries.count >= shardLimit else { return }
        for (subject, entry) in entries where !entry.lease.isFetching {
            entries[subject] = nil
            if entries.count < shardLimit / 2 { return }
        }
    }
}

/// Nanoseconds that only grow.
enum MonotonicTime {
    static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
