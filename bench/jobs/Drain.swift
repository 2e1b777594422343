internal import EventLoop
internal import Jobs
internal import Kernel
internal import Postgres
internal import Synchronization

extension Bench {
    /// One worker on a queue that is full already: its handlers take their jobs off it themselves, as steps do, or leave
    /// that to the worker, which does it for many together with its next claim.
    func drain(jobs: Int, isMerged: Bool) async throws {
        let tenants = 64
        for _ in 0..<tenants {
            let tenant = TenantID.new()
            try await database.transaction(.tenant(tenant)) {
                _ = try await Jobs.enqueue(
                    Array(repeating: NewJob(kind: Main.kind), count: jobs / tenants), in: $0, tenant: tenant)
            }
        }
        let database = database
        let worker = worker(slots: 64) { lease, _ in
            guard !isMerged else { return .completed }
            try await database.transaction(.tenant(lease.tenant)) { try await lease.complete(in: $0) }
            return .completed
        }
        let begun = ContinuousClock.now
        let working = Task(executorPreference: loops.next()) { await worker.run() }
        while try await left() > 0 { try await Task.sleep(for: .milliseconds(20)) }
        say("\(jobs / tenants * tenants) \((ContinuousClock.now - begun) / .seconds(1))")
        working.cancel()
        await working.value
    }

    private func left() async throws -> Int {
        try await database.read(.untenanted, "SELECT count(*) FROM jobs")[0].get(0)
    }
}
