import Glibc

/// Another program, started from a thread that never ends so that `PR_SET_PDEATHSIG` ties it to this process.
final class ChildProcess: Sendable {
    let id: pid_t
    private let output: Int32
    private let errors: Int32

    /// - Parameter arguments: the first names the program, looked up in PATH.
    init(_ arguments: [String]) throws {
        let (outputEnds, errorEnds) = (try Self.pipe(), try Self.pipe())
        (output, errors) = (outputEnds.read, errorEnds.read)
        // Mutable state shared with the thread; the semaphore orders the accesses.
        final class Launch: @unchecked Sendable {
            var id: pid_t = 0
            var status: Int32 = 0
            let done = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
        }
        let launch = Launch()
        sem_init(launch.done, 0, 0)
        Self.startThread {
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_adddup2(&actions, outputEnds.write, 1)
            posix_spawn_file_actions_adddup2(&actions, errorEnds.write, 2)
            var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
            // This thread blocks every signal, and a child would inherit that: it could not even be asked to end.
            var attributes = posix_spawnattr_t()
            posix_spawnattr_init(&attributes)
            var none = sigset_t()
            sigemptyset(&none)
            posix_spawnattr_setsigmask(&attributes, &none)
            posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
            launch.status = posix_spawnp(&launch.id, arguments[0], &actions, &attributes, &words, environ)
            posix_spawnattr_destroy(&attributes)
            posix_spawn_file_actions_destroy(&actions)
            for word in words { free(word) }
            close(outputEnds.write)
            close(errorEnds.write)
            sem_post(launch.done)
            while true { pause() }
        }
        while sem_wait(launch.done) != 0 {}
        sem_destroy(launch.done)
        launch.done.deallocate()
        guard launch.status == 0 else { throw TestFailure("cannot start \(arguments[0]): errno \(launch.status)") }
        id = launch.id
    }

    deinit {
        close(output)
        close(errors)
    }

    /// The next line of its standard error; nil at the end.
    func readErrorLine() -> String? { Self.readLine(errors) }

    /// Reads and drops what else it has to say, so that it never blocks on a full pipe.
    func drainErrors() {
        Self.startThread { [self] in while Self.readLine(errors) != nil {} }
        Self.startThread { [self] in while Self.readLine(output) != nil {} }
    }

    /// Runs a program to its end. Blocks: call it on a `BlockingPool`.
    static func run(_ arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
        let child = try ChildProcess(arguments)
        var (output, errors) = ("", "")
        while let line = readLine(child.output) { output += line + "\n" }
        while let line = readLine(child.errors) { errors += line + "\n" }
        var status: Int32 = 0
        while waitpid(child.id, &status, 0) < 0, errno == EINTR {}
        return (status, output, errors)
    }

    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw TestFailure("no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func readLine(_ descriptor: Int32) -> String? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(descriptor, &byte, 1) == 1 {
            if byte == 10 { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    private static func startThread(_ body: @escaping @Sendable () -> Void) {
        final class Box: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var thread = pthread_t()
        let created = pthread_create(
            &thread, nil,
            { argument in
                Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue().body()
                return nil
            }, Unmanaged.passRetained(Box(body)).toOpaque())
        precondition(created == 0)
        pthread_detach(thread)
    }
}
