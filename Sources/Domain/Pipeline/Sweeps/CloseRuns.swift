internal import Features
internal import Kernel
internal import Ledger
internal import Postgres

extension Sweep {
    /// Ends a feature's runs that no job carries on; a run and its job share an id.
    static func closeRuns(of id: FeatureID, tenant: TenantID, error: String, in tx: Transaction) async throws {
        let rows = try await tx.query(
            """
            SELECT r.id FROM agent_runs r
            WHERE r.tenant_id = \(tenant) AND r.feature_id = \(id) AND r.status = 'running'
                AND NOT EXISTS (SELECT FROM jobs j WHERE j.tenant_id = r.tenant_id AND j.id = r.id)
            ORDER BY r.id
            """)
        for row in rows {
            let run: RunID = try row.get(0)
            try await RunStore.end(run.description, of: id, status: .failed, error: error, tenant: tenant, in: tx)
        }
    }
}
