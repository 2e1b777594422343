internal import Synchronization

/// The jobs a worker is working on right now, and what it knows about their leases.
final class RunningJobs: Sendable {
    private struct Entry {
        let lease: Lease
        var task: Task<Void, Never>?
        /// When the claim or the last successful heartbeat was sent: the lease lasts at least from then.
        var renewed: ContinuousClock.Instant
        var isLost = false
        /// Somebody wants this work to stop for now.
        var isInterrupted = false
    }

    private let entries = Mutex<[LeaseToken: Entry]>([:])

    var count: Int { entries.withLock { $0.count } }
    var leases: [Lease] { entries.withLock { $0.values.map(\.lease) } }

    func add(_ lease: Lease, claimedAt: ContinuousClock.Instant) {
        entries.withLock { $0[lease.token] = Entry(lease: lease, renewed: claimedAt) }
    }

    func attach(_ task: Task<Void, Never>, to lease: Lease) {
        let isLost = entries.withLock { entries in
            entries[lease.token]?.task = task
            return entries[lease.token]?.isLost ?? false
        }
        if isLost { task.cancel() }
    }

    func remove(_ lease: Lease) { entries.withLock { $0[lease.token] = nil } }

    func isLost(_ lease: Lease) -> Bool { entries.withLock { $0[lease.token]?.isLost ?? true } }

    /// Takes in a heartbeat's result and stops the work whose lease is gone.
    ///
    /// - Parameters:
    ///   - asked: the leases that were to be extended.
    ///   - held: those that still stand; `nil` when the heartbeat failed.
    /// - Returns: the leases found lost.
    func heartbeat(
        asked: [Lease], held: Set<LeaseToken>?, sent: ContinuousClock.Instant, lifetime: Duration
    ) -> [Lease] {
        let lost = entries.withLock { entries in
            var lost: [Entry] = []
            for lease in asked {
                guard var entry = entries[lease.token], !entry.isLost else { continue }
                if let held, held.contains(lease.token) {
                    entry.renewed = sent
                } else if held != nil || sent - entry.renewed > lifetime {
                    // A job whose transaction is just taking it off the queue looks the same, and is no loss.
                    guard !lease.settlement.wasAttempted else { continue }
                    entry.isLost = true
                    lost.append(entry)
                }
                entries[lease.token] = entry
            }
            return lost
        }
        for entry in lost { entry.task?.cancel() }
        return lost.map(\.lease)
    }

    func isInterrupted(_ lease: Lease) -> Bool { entries.withLock { $0[lease.token]?.isInterrupted ?? false } }

    /// Stops the work on a job, which goes back to the queue and finds out there why.
    func interrupt(_ job: JobID) {
        let task = entries.withLock { entries -> Task<Void, Never>? in
            guard let token = entries.first(where: { $0.value.lease.job == job })?.key else { return nil }
            entries[token]?.isInterrupted = true
            return entries[token]?.task
        }
        task?.cancel()
    }

    func cancelAll() {
        for task in entries.withLock({ $0.values.compactMap(\.task) }) { task.cancel() }
    }
}
