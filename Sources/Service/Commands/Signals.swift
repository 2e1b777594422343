internal import Glibc
internal import Synchronization

/// SIGTERM and SIGINT as something to await.
enum Signals {
    /// Blocks the signals in every thread that starts from here on; call before any does.
    static func block() {
        var set = Self.set
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Waits for the first SIGTERM or SIGINT. A second one ends the process at once.
    static func wait() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let waiter = Unmanaged.passRetained(Waiter(continuation))
            var thread = pthread_t()
            let created = pthread_create(
                &thread, nil,
                { argument in
                    let waiter = Unmanaged<Waiter>.fromOpaque(argument!).takeRetainedValue()
                    var set = Signals.set
                    var number: Int32 = 0
                    sigwait(&set, &number)
                    waiter.continuation.resume()
                    sigwait(&set, &number)
                    _exit(128 + number)
                }, waiter.toOpaque())
            precondition(created == 0, "the kernel refused a thread: \(created)")
            pthread_detach(thread)
        }
    }

    private static var set: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        return set
    }

    private final class Waiter: Sendable {
        let continuation: CheckedContinuation<Void, Never>
        init(_ continuation: CheckedContinuation<Void, Never>) { self.continuation = continuation }
    }
}
