internal import Postgres
internal import Telemetry

/// One attempt at one job, from its claim to what becomes of it.
struct JobRun: Sendable {
    let worker: JobWorker
    let lease: Lease

    func run() async {
        if let defect = lease.defect { return await carryOut(.bury(reason: defect, error: defect)) }
        // One attempt more than there are is the probation (sql/migrations/0006).
        guard lease.attempt <= lease.maximumAttempts + 1, let handler = worker.handlers[lease.kind] else {
            let reason = "the worker stopped without a word in each of \(lease.maximumAttempts + 1) attempts"
            return await carryOut(.bury(reason: reason, error: lease.lastError ?? reason))
        }
        let worker = worker
        let context = JobContext(database: worker.database, isDraining: { worker.phase != .working })
        do {
            let outcome = try await handler(lease, context)
            try await settle(outcome)
        } catch {
            let decision = worker.policy.decide(
                error,
                RetryPolicy.Circumstances(
                    attempt: lease.attempt, maximumAttempts: lease.maximumAttempts,
                    isLeaseLost: worker.running.isLost(lease), isStopping: worker.phase == .stopping,
                    isInterrupted: worker.running.isInterrupted(lease)))
            worker.logger.warning(
                "a job failed", ("job", .id(lease.job)), ("tenant", .id(lease.tenant)), ("kind", .string(lease.kind)),
                ("attempt", .int(lease.attempt)), ("error", .error(error)))
            await carryOut(decision)
        }
    }

    private func settle(_ outcome: JobOutcome) async throws {
        switch outcome {
        case .completed:
            if !lease.settlement.wasAttempted {
                guard await worker.complete(lease) else { throw LeaseLost(job: lease.job) }
            }
            worker.metrics.count(.completed, kind: lease.kind)
        case .snoozed(let due):
            if !lease.settlement.wasAttempted { try await inTransaction { try await lease.snooze(until: due, in: $0) } }
            worker.metrics.count(.snoozed, kind: lease.kind)
        }
    }

    /// Does what the policy decided, whether or not the handler's task has been cancelled. While the database is away it
    /// tries again: whoever holds the token may store it, however long that takes.
    private func carryOut(_ decision: RetryPolicy.Decision) async {
        await Task {
            do {
                try await throughOutages(while: { _ in worker.phase != .stopping }) { try await apply(decision) }
            } catch is LeaseLost {
                worker.metrics.count(.lost, kind: lease.kind)
            } catch {
                // The lease runs out, and the job is claimed anew.
                worker.logger.warning(
                    "cannot store what became of a job", ("job", .id(lease.job)), ("error", .error(error)))
            }
        }.value
    }

    private func apply(_ decision: RetryPolicy.Decision) async throws {
        switch decision {
        case .retry(let delay, let error):
            try await inTransaction { try await lease.retry(after: delay, error: error, in: $0) }
            worker.metrics.count(.retried, kind: lease.kind)
        case .bury(let reason, let error):
            try await inTransaction { tx in
                try await lease.bury(reason: reason, error: error, in: tx)
                try await worker.undertaker?(lease, reason, tx)
            }
            worker.metrics.count(.buried, kind: lease.kind)
            worker.logger.error(
                "a job is dead", ("job", .id(lease.job)), ("tenant", .id(lease.tenant)), ("kind", .string(lease.kind)),
                ("reason", .string(reason)))
        case .release(let delay):
            try await inTransaction { try await lease.snooze(until: delay > .zero ? .after(delay) : .now, in: $0) }
            worker.metrics.count(.released, kind: lease.kind)
        case .nothing: worker.metrics.count(.lost, kind: lease.kind)
        }
    }

    private func inTransaction(_ body: (Transaction) async throws -> Void) async throws {
        try await worker.database.transaction(.tenant(lease.tenant)) { try await body($0) }
    }
}
