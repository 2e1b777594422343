internal import Features
internal import Kernel
package import Postgres
internal import Tenancy

extension Sweep {
    /// Deleted teams whose grace period is over go for good, each in a transaction of its own: first everything in the
    /// database, then, by a job of the same transaction, the objects.
    package static func deletedTenants(_ database: Database) -> Sweep {
        Sweep(name: "deleted_tenants", interval: .seconds(300)) {
            let rows = try await database.read(
                .untenanted, "SELECT tenant_id FROM app.tenants_to_purge(\(Self.tenantsPerRound)::integer)")
            for row in rows {
                let tenant: TenantID = try row.get(0)
                try Task.checkCancellation()
                try await database.transaction(.tenant(tenant)) { tx in
                    try await TenantPurge.run(tenant, in: tx) { tenant, tx in
                        try await FeatureStore.removeObjects(ofPurged: tenant, in: tx)
                    }
                }
            }
            return rows.count
        }
    }

    private static let tenantsPerRound = 20
}
