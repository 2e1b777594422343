internal import EventLoop
internal import Jobs
internal import Kernel
internal import Postgres
internal import Synchronization

extension Bench {
    /// Jobs that come now and then to a worker with nothing to do: from the moment their COMMIT is sent to the first line
    /// of their handler. That is the commit, NOTIFY, the claim with its commit, and the way to the handler.
    func pickup(jobs: Int) async throws {
        let times = Times()
        let worker = worker(slots: 64) { lease, _ in
            times.started(lease.job)
            return .completed
        }
        let working = Task(executorPreference: loops.next()) { await worker.run() }
        // Until it listens.
        try await Task.sleep(for: .seconds(1))
        let tenant = TenantID.new()
        for _ in 0..<jobs {
            try await database.transaction(.tenant(tenant)) {
                times.sent(try await Jobs.enqueue(NewJob(kind: Main.kind), in: $0, tenant: tenant))
            }
            try await Task.sleep(for: .milliseconds(Int.random(in: 5...25)))
        }
        try await Task.sleep(for: .seconds(1))
        working.cancel()
        await working.value
        for microseconds in times.all { say("\(microseconds)") }
    }
}

private final class Times: Sendable {
    private struct State {
        var sent: [JobID: ContinuousClock.Instant] = [:]
        var all: [Int64] = []
    }

    private let state = Mutex(State())

    func sent(_ job: JobID) { state.withLock { $0.sent[job] = .now } }

    func started(_ job: JobID) {
        let now = ContinuousClock.now
        state.withLock { state in
            guard let sent = state.sent.removeValue(forKey: job) else { return }
            let (seconds, attoseconds) = (now - sent).components
            state.all.append(seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
        }
    }

    var all: [Int64] { state.withLock { $0.all } }
}
