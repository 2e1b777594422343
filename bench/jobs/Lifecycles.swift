internal import EventLoop
internal import Jobs
internal import Kernel
internal import Postgres

extension Bench {
    /// Each client enqueues, claims and completes for as long, a tenant each so that none waits for another's lock.
    func lifecycles(clients: Int, batch: Int, isMerged: Bool, _ length: Duration) async throws {
        let begun = ContinuousClock.now
        let done = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<clients {
                let queue = JobQueue(
                    database: database, worker: "bench-\(number)", kinds: [Main.kind], lease: .seconds(30),
                    tenantLimit: 1_000_000)
                group.addTask(executorPreference: loops.next()) {
                    isMerged
                        ? try await merged(queue, batch, until: begun + length)
                        : try await separate(queue, batch, until: begun + length)
                }
            }
            return try await group.reduce(0, +)
        }
        say("\(done) \((ContinuousClock.now - begun) / .seconds(1))")
    }

    /// As a step does it: its own transaction takes its job off the queue.
    private func separate(_ queue: JobQueue, _ batch: Int, until end: ContinuousClock.Instant) async throws -> Int {
        let tenant = TenantID.new()
        var done = 0
        while .now < end {
            try await enqueue(batch, tenant)
            for claim in try await queue.claim(limit: batch) {
                try await database.transaction(.tenant(claim.lease.tenant)) { try await claim.lease.complete(in: $0) }
                done += 1
            }
        }
        return done
    }

    /// As the worker does it for handlers that leave it to the worker.
    private func merged(_ queue: JobQueue, _ batch: Int, until end: ContinuousClock.Instant) async throws -> Int {
        let tenant = TenantID.new()
        var done = 0
        var held: [Lease] = []
        // Others may claim what this client enqueues, and it theirs.
        var wanted = batch
        while .now < end {
            if wanted > 0 { try await enqueue(wanted, tenant) }
            let (claims, completed) = try await queue.claim(limit: batch, completing: held)
            held = claims.map(\.lease)
            wanted = claims.count
            done += completed.count
        }
        return done
    }

    private func enqueue(_ count: Int, _ tenant: TenantID) async throws {
        try await database.transaction(.tenant(tenant)) {
            _ = try await Jobs.enqueue(
                Array(repeating: NewJob(kind: Main.kind), count: count), in: $0, tenant: tenant)
        }
    }
}
