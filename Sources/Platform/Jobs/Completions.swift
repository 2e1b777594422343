internal import Synchronization

/// Jobs that are done and still on the queue: the worker takes them off together, along with its next claim.
final class Completions: Sendable {
    struct Entry: Sendable {
        let lease: Lease
        fileprivate let continuation: CheckedContinuation<Bool, Never>

        func end(isOurs: Bool) { continuation.resume(returning: isOurs) }
    }

    /// `nil` when nobody will come for more.
    private let waiting = Mutex<[Entry]?>([])

    /// - Returns: whether the job was still ours when it was taken off the queue; `false` too when the worker has ended.
    func wait(for lease: Lease, ring: () -> Void) async -> Bool {
        lease.settlement.attempt()
        return await withCheckedContinuation { continuation in
            let entry = Entry(lease: lease, continuation: continuation)
            let isOpen = waiting.withLock { waiting in
                waiting?.append(entry)
                return waiting != nil
            }
            if isOpen { ring() } else { entry.end(isOurs: false) }
        }
    }

    func take() -> [Entry] {
        waiting.withLock { waiting in
            let taken = waiting ?? []
            if waiting != nil { waiting = [] }
            return taken
        }
    }

    func putBack(_ entries: [Entry]) { waiting.withLock { $0 = entries + ($0 ?? []) } }

    func close() {
        let left = waiting.withLock { waiting in
            let left = waiting ?? []
            waiting = nil
            return left
        }
        for entry in left { entry.end(isOurs: false) }
    }
}
