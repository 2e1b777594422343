package import Jobs
package import Kernel
package import Postgres

/// Steps that wait for a budget.
extension Spending {
    /// Notes that a job waits, unless there is room for its call by now.
    ///
    /// What gives room back and who raises a limit look for waiting jobs under the lock that is taken here: none is
    /// missed.
    ///
    /// - Returns: the budget that is short; `nil` when the call fits now, and nothing is noted.
    package static func wait(
        for needed: Int64, _ lease: Lease, feature: String, in tx: Transaction
    ) async throws -> Shortage? {
        _ = try await tx.query("SELECT app.lock_budgets()")
        let rows = try await tx.query(
            """
            SELECT scope, most, available, until
            FROM app.budget_shortage(\(feature)::uuid, \(lease.job), \(needed))
            """)
        guard let row = rows.first else { return nil }
        try await tx.execute(
            """
            INSERT INTO budget_waits (tenant_id, job_id, feature_id, needed)
            VALUES (\(lease.tenant), \(lease.job), \(feature)::uuid, \(needed))
            ON CONFLICT (tenant_id, job_id) DO UPDATE SET needed = excluded.needed
            """)
        return try Shortage(row, from: 0, needed: needed)
    }

    /// Whether another job of the feature waits for a budget.
    package static func othersWait(feature: String, besides lease: Lease, in tx: Transaction) async throws -> Bool {
        let rows = try await tx.query(
            """
            SELECT 1 FROM budget_waits
            WHERE tenant_id = \(lease.tenant) AND feature_id = \(feature)::uuid AND job_id <> \(lease.job) LIMIT 1
            """)
        return !rows.isEmpty
    }

    /// Wakes the jobs whose calls fit by now. In a transaction of its own, after the one that gave room.
    ///
    /// - Returns: how many.
    @discardableResult
    package static func endWaits(tenant: TenantID, in database: Database) async throws -> Int {
        try await database.transaction(.tenant(tenant)) { tx in
            let rows = try await tx.query("SELECT job_id FROM app.end_budget_waits()")
            let jobs = try rows.map { try $0.get(0, as: JobID.self) }
            if !jobs.isEmpty { try await Jobs.wake(jobs, tenant: tenant, in: tx) }
            return jobs.count
        }
    }
}
