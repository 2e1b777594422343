/// A call that is due later. Loop's thread only.
package final class ScheduledTimer {
    let due: ContinuousClock.Instant
    fileprivate var body: (() -> Void)?

    fileprivate init(due: ContinuousClock.Instant, body: @escaping () -> Void) {
        self.due = due
        self.body = body
    }

    /// The call will not happen, and lets go of what it captured. Harmless after it has.
    package func cancel() { body = nil }
}

/// A binary heap of timers, earliest first. A cancelled timer stays until it is due, or until such are the majority.
final class Timers {
    private var heap: [ScheduledTimer] = []
    private var sinceCompaction = 0

    func schedule(at due: ContinuousClock.Instant, _ body: @escaping () -> Void) -> ScheduledTimer {
        let timer = ScheduledTimer(due: due, body: body)
        sinceCompaction += 1
        if sinceCompaction > 1_024, sinceCompaction > heap.count { compact() }
        heap.append(timer)
        siftUp(heap.count - 1)
        return timer
    }

    /// For epoll_wait: -1 without timers, else the time to the earliest, rounded up so as not to spin.
    var millisecondsUntilNext: Int32 {
        while let first = heap.first, first.body == nil { removeFirst() }
        guard let first = heap.first else { return -1 }
        let (seconds, attoseconds) = (first.due - .now).components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        guard seconds < 3_600 else { return 3_600_000 }
        return Int32(seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    func fire() {
        guard !heap.isEmpty else { return }
        let now = ContinuousClock.now
        while let first = heap.first, first.body == nil || first.due <= now {
            removeFirst()
            let body = first.body
            first.body = nil
            body?()
        }
    }

    func drop() { heap.removeAll() }

    private func compact() {
        sinceCompaction = 0
        heap.removeAll { $0.body == nil }
        heap.sort { $0.due < $1.due }
    }

    private func removeFirst() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = last
        siftDown()
    }

    private func siftUp(_ start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard heap[index].due < heap[parent].due else { return }
            heap.swapAt(index, parent)
            index = parent
        }
    }

    private func siftDown() {
        var index = 0
        while true {
            let left = 2 * index + 1
            guard left < heap.count else { return }
            let right = left + 1
            let least = right < heap.count && heap[right].due < heap[left].due ? right : left
            guard heap[least].due < heap[index].due else { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}
