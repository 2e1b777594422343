package import Kernel
package import Postgres

/// The queue's entrance. A job exists exactly if the transaction that enqueued it commits.
package enum Jobs {
    /// The channel that wakes workers.
    package static let channel = "jobs"

    /// Enqueues one job; workers hear of it when `tx` commits.
    @discardableResult
    package static func enqueue(_ job: NewJob, in tx: Transaction, tenant: TenantID) async throws -> JobID {
        try await enqueue([job], in: tx, tenant: tenant)[0]
    }

    /// Enqueues several jobs of a tenant in one statement.
    package static func enqueue(_ jobs: [NewJob], in tx: Transaction, tenant: TenantID) async throws -> [JobID] {
        guard !jobs.isEmpty else { return [] }
        let ids = jobs.map { _ in JobID.new() }
        let rows = zip(ids, jobs).map { id, job in
            """
            (\(tenant), \(id), \(job.kind), \(job.topic), \(job.revision)::integer, \(job.payload), \(job.due.sql), \
            \(job.maximumAttempts)::integer)
            """ as SQL
        }
        try await tx.execute(
            """
            WITH new AS (
                INSERT INTO jobs (tenant_id, id, kind, feature_id, revision, payload, run_at, max_attempts)
                VALUES \(rows.joined(separator: ", "))
            )
            SELECT pg_notify(\(channel), '')
            """)
        return ids
    }
}

extension NewJob.Due {
    var sql: SQL {
        switch self {
        case .now: "now()"
        case .after(let delay): "now() + \(delay)"
        case .at(let time): "\(time)"
        }
    }
}
