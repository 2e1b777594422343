internal import Glibc
internal import Synchronization

/// A bounded buffer and the thread that empties it into a descriptor, many lines to a write.
///
/// When the descriptor's reader stalls, the buffer fills and further lines are dropped and counted; the count is
/// written once there is room. The service itself never waits for its log.
final class LogWriter: Sendable {
    static let standardError = LogWriter(descriptor: STDERR_FILENO)
    private static let capacity = 1 << 20

    private struct State {
        var lines: [UInt8] = []
        var dropped = 0
        var isStarted = false
        var isWriting = false
        var isSignalled = false
    }

    private let state = Mutex(State())
    private let descriptor: Int32
    // Invariant for nonisolated(unsafe): a semaphore is made for use from any thread; it lives as long as the writer.
    private nonisolated(unsafe) let wakeUps: UnsafeMutablePointer<sem_t>

    init(descriptor: Int32) {
        self.descriptor = descriptor
        wakeUps = .allocate(capacity: 1)
        sem_init(wakeUps, 0, 0)
    }

    func append(_ line: [UInt8]) {
        let (mustStart, mustSignal) = state.withLock { state in
            guard state.lines.count + line.count <= Self.capacity else {
                state.dropped += 1
                return (false, false)
            }
            state.lines.append(contentsOf: line)
            defer {
                state.isStarted = true
                state.isSignalled = true
            }
            return (!state.isStarted, !state.isSignalled)
        }
        if mustStart { startThread() }
        if mustSignal { sem_post(wakeUps) }
    }

    func flush() {
        for _ in 0..<1_000 {
            if state.withLock({ $0.lines.isEmpty && !$0.isWriting }) { return }
            usleep(1_000)
        }
    }

    private func startThread() {
        var thread = pthread_t()
        let created = pthread_create(
            &thread, nil,
            { argument in
                Unmanaged<LogWriter>.fromOpaque(argument!).takeRetainedValue().work()
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(created == 0, "the kernel refused a thread: \(created)")
        pthread_detach(thread)
    }

    private func work() -> Never {
        while true {
            while sem_wait(wakeUps) != 0 {}
            let (lines, dropped) = state.withLock { state in
                defer {
                    state.lines = []
                    state.dropped = 0
                    state.isSignalled = false
                    state.isWriting = true
                }
                return (state.lines, state.dropped)
            }
            write(lines)
            if dropped > 0 {
                Logger(component: "log", sink: LogSink { self.write($0) }).warning(
                    "lines dropped", ("count", .int(dropped)))
            }
            state.withLock { $0.isWriting = false }
        }
    }

    private func write(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                let written = Glibc.write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
                if written > 0 {
                    offset += written
                } else if errno == EAGAIN {
                    usleep(1_000)
                } else if errno != EINTR {
                    return
                }
            }
        }
    }
}
