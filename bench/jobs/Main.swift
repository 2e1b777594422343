internal import EventLoop
internal import Glibc
internal import Jobs
internal import Kernel
internal import Postgres
internal import Telemetry

/// Drives the queue as `work` does, for `bench/job_queue.py`; the database is where libpq's environment says.
///
///     QueueBench lifecycles CLIENTS BATCH separate|merged SECONDS     prints "lifecycles SECONDS"
///     QueueBench drain JOBS separate|merged                           prints "jobs SECONDS"
///     QueueBench pickup JOBS                                          prints each job's microseconds
///     QueueBench enqueue JOBS                                         jobs of a tenant each
///     QueueBench hold SLOTS                                           prints "job time" for each that it takes, and keeps it
@main
enum Main {
    static let kind = "bench"

    static func main() async throws {
        let words = CommandLine.arguments.dropFirst()
        let numbers = words.compactMap { Int($0) }
        let bench = Bench(connections: words.first == "lifecycles" ? numbers[0] : 8)
        switch words.first {
        case "lifecycles":
            try await bench.lifecycles(
                clients: numbers[0], batch: numbers[1], isMerged: words.contains("merged"), .seconds(numbers[2]))
        case "drain": try await bench.drain(jobs: numbers[0], isMerged: words.contains("merged"))
        case "pickup": try await bench.pickup(jobs: numbers[0])
        case "enqueue": try await bench.enqueue(jobs: numbers[0])
        case "hold": await bench.hold(slots: numbers[0])
        default: fatalError("see the comment above")
        }
    }
}

/// Prints a line at once: who reads it waits for it.
func say(_ words: String) {
    let line = Array("\(words)\n".utf8)
    _ = write(STDOUT_FILENO, line, line.count)
}

/// One process with its connections, shared out among its loops.
struct Bench: Sendable {
    let loops = EventLoopGroup(count: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let database: Database
    let listener: Listener

    init(connections: Int) {
        var configuration = DatabaseConfiguration(conninfo: "")
        configuration.transactionConnectionsPerLoop = (connections + loops.loops.count - 1) / loops.loops.count
        database = Database(configuration: configuration, loops: loops)
        listener = Listener(configuration: configuration, loops: loops)
    }

    func worker(slots: Int, _ handler: @escaping JobHandler) -> JobWorker {
        JobWorker(
            name: "bench-\(getpid())", database: database, listener: listener, loops: loops, concurrency: slots,
            tenantConcurrency: 1_000, logger: Logger(component: "bench", sink: .discard), metrics: Metrics(),
            handlers: [Main.kind: handler])
    }

    func enqueue(jobs: Int) async throws {
        for _ in 0..<jobs {
            let tenant = TenantID.new()
            try await database.transaction(.tenant(tenant)) {
                _ = try await Jobs.enqueue(NewJob(kind: Main.kind), in: $0, tenant: tenant)
            }
        }
    }

    /// Takes jobs and never ends them: what becomes of them when it is killed is to be seen.
    func hold(slots: Int) async {
        await worker(slots: slots) { lease, _ in
            say("\(lease.job) \(Timestamp.now.microseconds)")
            try await Task.sleep(for: .seconds(3_600))
            return .completed
        }.run()
    }
}
