internal import Glibc
internal import Synchronization

/// SIGTERM and SIGINT as something to await.
///
/// The main thread takes them, and does nothing else. It has to be that one: left to the Swift runtime, it sits in a
/// sigsuspend(2) that lets every signal in, and the first SIGTERM would end the process however well all other
/// threads block it.
enum Signals {
    private struct State {
        var isKept = false
        var hasCome = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private static let state = Mutex(State())

    /// Blocks the signals in this thread and those it starts; call from the main thread before there is another.
    static func block() {
        var set = Self.set
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Says that somebody will wait: from here on the first signal is kept for them.
    static func keep() { state.withLock { $0.isKept = true } }

    /// Takes signals for ever. The first wakes those who wait for it; one that nobody waits for, or a second, ends the
    /// process at once.
    static func take() -> Never {
        var set = Self.set
        while true {
            var number: Int32 = 0
            guard sigwait(&set, &number) == 0 else { continue }
            let (isAwaited, waiters) = state.withLock { state in
                let isAwaited = !state.hasCome && (state.isKept || !state.waiters.isEmpty)
                state.hasCome = true
                defer { state.waiters = [] }
                return (isAwaited, state.waiters)
            }
            if !isAwaited { _exit(128 + number) }
            for waiter in waiters { waiter.resume() }
        }
    }

    /// Waits for the first SIGTERM or SIGINT.
    static func wait() async {
        await withCheckedContinuation { continuation in
            let hasCome = state.withLock { state in
                if !state.hasCome { state.waiters.append(continuation) }
                return state.hasCome
            }
            if hasCome { continuation.resume() }
        }
    }

    private static var set: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        return set
    }
}
