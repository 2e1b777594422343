package import Kernel
package import Postgres

extension RunStore {
    /// Whether a later run has gone on from this one's answers.
    package static func isContinued(_ run: String, tenant: TenantID, in tx: Transaction) async throws -> Bool {
        try await !tx.query(
            "SELECT 1 FROM agent_runs WHERE tenant_id = \(tenant) AND continues = \(run)::uuid"
        ).isEmpty
    }

    /// A run that had failed goes on: its job is back in the queue. What it has paid for stays paid for.
    package static func reopen(_ run: String, tenant: TenantID, in tx: Transaction) async throws {
        try await tx.execute(
            """
            UPDATE agent_runs SET status = 'running', error = NULL, finished_at = NULL
            WHERE tenant_id = \(tenant) AND id = \(run)::uuid AND status = 'failed'
            """)
    }
}
