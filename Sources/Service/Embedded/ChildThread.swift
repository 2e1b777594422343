internal import CSpawn
internal import Glibc

/// The thread of one child process: it spawns the child, waits for its end, and ends itself.
final class ChildThread {
    private let command: Command
    private let started: CheckedContinuation<Subprocess, any Error>

    private init(_ command: Command, started: CheckedContinuation<Subprocess, any Error>) {
        self.command = command
        self.started = started
    }

    static func start(_ command: Command, started: CheckedContinuation<Subprocess, any Error>) {
        let argument = Unmanaged.passRetained(ChildThread(command, started: started))
        var thread = pthread_t()
        let created = pthread_create(
            &thread, nil,
            { argument in
                Unmanaged<ChildThread>.fromOpaque(argument!).takeRetainedValue().run()
                return nil
            }, argument.toOpaque())
        guard created == 0 else {
            argument.release()
            return started.resume(throwing: EmbeddedError("A thread for \(command.name)", errno: created))
        }
        pthread_detach(thread)
    }

    private func run() {
        do {
            let child = Subprocess(pid: try spawn(), name: command.name)
            started.resume(returning: child)
            child.reap()
        } catch {
            started.resume(throwing: error)
        }
    }

    private func spawn() throws(EmbeddedError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input = command.input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        switch command.output {
        case .inherit: break
        case .descriptor(let descriptor): posix_spawn_file_actions_adddup2(&actions, descriptor, 1)
        case .discard: posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        case .file(let path):
            posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
        if command.output != .inherit { posix_spawn_file_actions_adddup2(&actions, 1, 2) }
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        posix_spawn_file_actions_addchdir_np(&actions, command.workingDirectory)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Whatever signals we block or ignore is our affair: the child starts as from a shell.
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var pid = pid_t()
        let words = command.words
        let code = withCStrings(words) { arguments in
            withCStrings(command.variables) { environment in
                posix_spawn(&pid, words[0], &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else { throw EmbeddedError("\(command.name) could not be started", errno: code) }
        return pid
    }

    /// Lends `texts` as a NULL-terminated array of C strings.
    private func withCStrings<Result>(
        _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(&pointers)
    }
}
