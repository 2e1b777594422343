internal import Jobs
package import Kernel
package import Postgres

extension FeatureStore {
    /// Pauses whatever is not finished in a tenant that nobody will look at for a while.
    package static func pauseAll(tenant: TenantID, in tx: Transaction) async throws {
        let rows = try await tx.query(
            "SELECT id FROM features WHERE tenant_id = \(tenant) AND NOT paused ORDER BY id FOR UPDATE")
        for row in rows {
            let id: FeatureID = try row.get(0)
            guard case .go = try await load(id, in: tx, lock: true).state(hasBrief: true).pause() else { continue }
            try await setPaused(true, id, tenant: tenant, in: tx)
            try await Jobs.interrupt(about: id, tenant: tenant, in: tx)
        }
    }

    /// Has the objects of a tenant removed whose rows are gone: now, and once more when whatever step was still putting
    /// some has long noticed that its job is gone too.
    package static func removeObjects(ofPurged tenant: TenantID, in tx: Transaction) async throws {
        let payload: JSON = ["tenant": true]
        _ = try await Jobs.enqueue(
            [
                NewJob(kind: deleteObjectsJob, payload: payload, maximumAttempts: 10),
                NewJob(kind: deleteObjectsJob, payload: payload, due: .after(.seconds(900)), maximumAttempts: 10),
            ], in: tx, tenant: tenant)
    }
}
