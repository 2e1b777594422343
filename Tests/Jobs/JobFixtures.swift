import Jobs
import Kernel
import Postgres
import Synchronization
import Telemetry
import TestSupport

let logger = Logger(component: "jobs", sink: .discard)

/// Enqueues as the API does.
@discardableResult
func enqueue(_ jobs: [NewJob], _ database: TestDatabase, tenant: TenantID = .new()) async throws -> [JobID] {
    try await database.api.transaction(.tenant(tenant)) { try await Jobs.enqueue(jobs, in: $0, tenant: tenant) }
}

func queue(
    _ database: TestDatabase, worker: String = "w", kinds: [String] = ["work"], lease: Duration = .seconds(30),
    tenantLimit: Int = 1_000
) -> JobQueue {
    JobQueue(database: database.worker, worker: worker, kinds: kinds, lease: lease, tenantLimit: tenantLimit)
}

/// A row of `jobs`, read behind the curtain.
struct StoredJob: Sendable {
    let attempt: Int
    let isLeased: Bool
    /// Seconds from now until it is due.
    let dueIn: Double
    let lastError: String?
}

func stored(_ job: JobID, _ database: TestDatabase) async throws -> StoredJob? {
    let rows = try await database.superuser.query(
        """
        SELECT attempt, lease_token IS NOT NULL, extract(epoch FROM run_at - now())::float8, last_error
        FROM jobs WHERE id = \(job)
        """)
    return try rows.first.map {
        StoredJob(attempt: try $0.get(0), isLeased: try $0.get(1), dueIn: try $0.get(2), lastError: try $0.get(3))
    }
}

func count(_ table: String, _ database: TestDatabase) async throws -> Int {
    try await database.superuser.query("SELECT count(*) FROM \(identifier: table)")[0].get(0)
}

/// Makes a held lease look as if its worker had died a while ago.
func expireLeases(_ database: TestDatabase) async throws {
    try await database.superuser.query(
        "UPDATE jobs SET lease_until = now() - interval '1 s' WHERE lease_until IS NOT NULL")
}

/// Runs a worker for the length of `body`, then drains it.
func withWorker(
    _ database: TestDatabase, name: String = "worker", concurrency: Int = 4, tenantConcurrency: Int = 8,
    timing: JobTiming = JobTiming(poll: 30...60, drain: .seconds(5)), policy: RetryPolicy = .init(),
    undertaker: JobUndertaker? = nil, handlers: [String: JobHandler], _ body: () async throws -> Void
) async throws {
    let worker = JobWorker(
        name: name, database: database.worker, listener: database.listener(), loops: database.loops,
        concurrency: concurrency, tenantConcurrency: tenantConcurrency, timing: timing, policy: policy, logger: logger,
        metrics: Metrics(),
        handlers: handlers, undertaker: undertaker)
    let run = Task { await worker.run() }
    do {
        try await body()
    } catch {
        run.cancel()
        await run.value
        throw error
    }
    run.cancel()
    await run.value
}

/// Something several tasks write down.
final class Record<Entry: Sendable>: Sendable {
    private let kept = Mutex<[Entry]>([])

    func add(_ entry: Entry) { kept.withLock { $0.append(entry) } }
    var entries: [Entry] { kept.withLock { $0 } }
    var count: Int { kept.withLock { $0.count } }
}
