package import Kernel
package import Postgres

/// Taking a tenant away for good.
package enum TenantPurge {
    /// Everything of the tenant that the transaction acts in goes, if it is deleted and its time is over.
    ///
    /// - Parameter then: has what lies outside the database removed.
    package static func run(
        _ tenant: TenantID, in tx: Transaction, then: (TenantID, Transaction) async throws -> Void
    ) async throws {
        // A tenant of years may take longer than any request's statement should.
        try await tx.execute("SET LOCAL statement_timeout = '10min'")
        _ = try await tx.query("SELECT app.purge_tenant()")
        try await then(tenant, tx)
    }
}
