package import Kernel
package import Postgres

/// The queue's entrance. A job exists exactly if the transaction that enqueued it commits.
package enum Jobs {
    /// The channel that wakes workers.
    package static let channel = "jobs"

    /// The longest payload, in bytes of JSON. What is larger belongs into a table of its own, with the payload naming it.
    package static let payloadLimit = 262_144

    /// Enqueues one job; workers hear of it when `tx` commits.
    @discardableResult
    package static func enqueue(_ job: NewJob, in tx: Transaction, tenant: TenantID) async throws -> JobID {
        try await enqueue([job], in: tx, tenant: tenant)[0]
    }

    /// Enqueues several jobs of a tenant in one statement.
    package static func enqueue(_ jobs: [NewJob], in tx: Transaction, tenant: TenantID) async throws -> [JobID] {
        guard !jobs.isEmpty else { return [] }
        if let large = jobs.first(where: { $0.payload.bytes.count > payloadLimit }) {
            throw JobTooLarge(kind: large.kind)
        }
        let ids = jobs.map { _ in JobID.new() }
        let rows = zip(ids, jobs).map { id, job in
            """
            (\(tenant), \(id), \(job.kind), \(job.topic), \(job.revision)::integer, \(job.payload), \(job.due.sql), \
            \(job.due.sql) > now(), \(job.maximumAttempts)::integer)
            """ as SQL
        }
        try await tx.execute(
            """
            WITH new AS (
                INSERT INTO jobs (tenant_id, id, kind, feature_id, revision, payload, run_at, parked, max_attempts)
                VALUES \(rows.joined(separator: ", "))
            )
            SELECT pg_notify(\(channel), '')
            """)
        return ids
    }
}

/// The job's payload exceeds `Jobs.payloadLimit`; whoever made it has a mistake to mend.
package struct JobTooLarge: Error, Sendable, Equatable, CustomStringConvertible {
    package let kind: String

    package init(kind: String) { self.kind = kind }

    package var description: String { "a job of kind \(kind) has a payload of more than \(Jobs.payloadLimit) bytes" }
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
