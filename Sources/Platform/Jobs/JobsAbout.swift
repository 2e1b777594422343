package import Kernel
package import Postgres

/// What can be done to all jobs about one thing, in the transaction that changes the thing.
extension Jobs {
    /// The channel that interrupts work; the payload is a job's id.
    static let interruptChannel = "job_interrupts"

    /// Takes the jobs off the queue. A worker that has one at hand is interrupted and can commit nothing more.
    package static func remove<Feature>(
        about feature: ID<Feature>, except kinds: [String] = [], tenant: TenantID, in tx: Transaction
    ) async throws {
        _ = try await tx.query(
            """
            WITH gone AS (
                DELETE FROM jobs WHERE tenant_id = \(tenant) AND feature_id = \(feature) AND kind <> ALL (\(kinds))
                RETURNING id
            )
            SELECT pg_notify(\(interruptChannel), id::text) FROM gone
            """)
    }

    /// Has the workers that are at the jobs give them back to the queue.
    package static func interrupt<Feature>(
        about feature: ID<Feature>, except kinds: [String] = [], tenant: TenantID, in tx: Transaction
    ) async throws {
        _ = try await tx.query(
            """
            SELECT pg_notify(\(interruptChannel), id::text) FROM jobs
            WHERE tenant_id = \(tenant) AND feature_id = \(feature) AND kind <> ALL (\(kinds)) AND lease_until > now()
            """)
    }

    /// Makes the jobs due now, whatever they were waiting for.
    package static func wake<Feature>(
        about features: [ID<Feature>], tenant: TenantID, in tx: Transaction
    ) async throws {
        try await tx.execute(
            """
            UPDATE jobs SET run_at = now()
            WHERE tenant_id = \(tenant) AND feature_id = ANY (\(features)) AND run_at > now()
            """)
        _ = try await tx.query("SELECT pg_notify(\(channel), '')")
    }

    /// Makes these jobs due now.
    package static func wake(_ jobs: [JobID], tenant: TenantID, in tx: Transaction) async throws {
        try await tx.execute(
            "UPDATE jobs SET run_at = now() WHERE tenant_id = \(tenant) AND id = ANY (\(jobs)) AND run_at > now()")
        _ = try await tx.query("SELECT pg_notify(\(channel), '')")
    }
}
