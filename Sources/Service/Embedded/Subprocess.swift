internal import CSpawn
internal import Glibc
internal import Synchronization

/// A running child process in a process group of its own: a Ctrl-C at the terminal reaches us and not it, so that we
/// can stop our children in the right order.
///
/// Each child has one thread of ours, which starts it, waits for its end and lives exactly as long. The kernel ties
/// the parent-death signal to the THREAD that spawned (prctl(2), PR_SET_PDEATHSIG): a pool's thread that is retired
/// would take its children with it.
package final class Subprocess: Sendable {
    package let pid: Int32
    /// The program's name, for messages.
    package let name: String
    private let state = Mutex(State())

    private struct State {
        var ending: Ending?
        var waiters: [CheckedContinuation<Ending, Never>] = []
    }

    /// How a child ended.
    package enum Ending: Sendable, Equatable, CustomStringConvertible {
        case exited(Int32)
        case signalled(Int32)

        package var isSuccess: Bool { self == .exited(0) }

        package var description: String {
            switch self {
            case .exited(let code): "exit code \(code)"
            case .signalled(let signal): "signal \(signal)"
            }
        }
    }

    init(pid: Int32, name: String) {
        self.pid = pid
        self.name = name
    }

    /// Starts `command`, and returns when the program is about to run.
    package static func start(_ command: Command) async throws -> Subprocess {
        guard Files.isExecutable(command.executable) else {
            throw EmbeddedError("\(command.executable) is not a program that can be run.")
        }
        return try await withCheckedThrowingContinuation { continuation in
            ChildThread.start(command, started: continuation)
        }
    }

    /// How the child ended, if it has.
    package var ending: Ending? { state.withLock { $0.ending } }

    /// Waits until the child has ended. Any number of callers may wait; none blocks a thread.
    package func wait() async -> Ending {
        await withCheckedContinuation { continuation in
            let ending = state.withLock { state in
                if state.ending == nil { state.waiters.append(continuation) }
                return state.ending
            }
            if let ending { continuation.resume(returning: ending) }
        }
    }

    /// Sends a signal, unless the child has ended.
    package func signal(_ number: Int32) {
        // Under the lock that the child is reaped under: its number cannot have gone to a stranger.
        state.withLock { state in
            if state.ending == nil { kill(pid, number) }
        }
    }

    /// Asks the child to end, kills its whole group after `grace`, and waits for the end.
    @discardableResult
    package func terminate(_ number: Int32 = SIGTERM, grace: Duration = .seconds(10)) async -> Ending {
        signal(number)
        let deadline = Task {
            try await Task.sleep(for: grace)
            state.withLock { state in
                if state.ending == nil { kill(-pid, SIGKILL) }
            }
        }
        defer { deadline.cancel() }
        return await wait()
    }

    /// Blocks the child's own thread until the end, and tells everyone who waits.
    func reap() {
        while cspawn_await_end(pid) != 0, errno == EINTR {}
        let (ending, waiters) = state.withLock { state in
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            // WIFEXITED and its like are macros: the low seven bits are the signal, zero for an exit.
            let ending: Ending = status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .signalled(status & 0x7f)
            state.ending = ending
            defer { state.waiters = [] }
            return (ending, state.waiters)
        }
        for waiter in waiters { waiter.resume(returning: ending) }
    }
}
