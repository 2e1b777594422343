internal import Features
internal import Kernel
package import Postgres

extension Sweep {
    /// A feature that was finished long ago keeps its last event alone: enough to go on counting from, should it be
    /// revised after all.
    ///
    /// - Parameter retention: how long a finished feature has not been touched.
    package static func oldEvents(_ database: Database, retention: Duration) -> Sweep {
        Sweep(name: "old_events", interval: .seconds(3_600)) {
            let rows = try await database.read(
                .untenanted,
                "SELECT tenant_id, feature_id FROM app.features_with_old_events(\(retention), 500::integer)")
            var deleted = 0
            for row in rows {
                let tenant: TenantID = try row.get(0)
                let id: FeatureID = try row.get(1)
                try Task.checkCancellation()
                deleted += try await database.transaction(.tenant(tenant)) { tx in
                    try await EventStore.expire(id, untouchedFor: retention, tenant: tenant, in: tx)
                }
            }
            return deleted
        }
    }
}
