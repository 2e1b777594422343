internal import Glibc
internal import Synchronization

/// A few threads for calls that block or burn CPU (compression, password hashing), so that loops never wait.
package final class BlockingPool: Sendable {
    private struct Queue {
        var bodies: [@Sendable () -> Void] = []
        var idle = 0
        var threads = 0
    }

    // Invariant for nonisolated(unsafe): a semaphore is made for use from any thread, and lives as long as the pool.
    private nonisolated(unsafe) let wakeUps: UnsafeMutablePointer<sem_t>
    private let queue = Mutex(Queue())
    private let limit: Int

    package init(threads limit: Int) {
        precondition(limit > 0)
        self.limit = limit
        wakeUps = .allocate(capacity: 1)
        sem_init(wakeUps, 0, 0)
    }

    /// Runs `body` on one of the pool's threads and suspends the caller until it is done.
    package func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            submit { continuation.resume(with: Swift.Result(catching: body)) }
        }
    }

    private func submit(_ body: @escaping @Sendable () -> Void) {
        let mustStart = queue.withLock { queue in
            queue.bodies.append(body)
            guard queue.bodies.count > queue.idle, queue.threads < limit else { return false }
            queue.threads += 1
            return true
        }
        if mustStart { startThread() }
        sem_post(wakeUps)
    }

    private func startThread() {
        var thread = pthread_t()
        let created = pthread_create(
            &thread, nil,
            { argument in
                Unmanaged<BlockingPool>.fromOpaque(argument!).takeRetainedValue().work()
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(created == 0, "the kernel refused a thread: \(created)")
        pthread_detach(thread)
    }

    private func work() -> Never {
        while true {
            queue.withLock { $0.idle += 1 }
            while sem_wait(wakeUps) != 0 {}
            let body = queue.withLock { queue in
                queue.idle -= 1
                return queue.bodies.isEmpty ? nil : queue.bodies.removeFirst()
            }
            body?()
        }
    }
}
