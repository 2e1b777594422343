package import Kernel
package import Postgres

/// What a tenant may spend, in micro-dollars; `nil` is no limit.
package struct BudgetLimits: Sendable, Equatable {
    /// In a calendar month, in UTC.
    package var month: Int64?
    /// On a feature that has no limit of its own, over all its revisions.
    package var feature: Int64?
    /// On one run of one agent.
    package var run: Int64?

    package init(month: Int64?, feature: Int64? = nil, run: Int64? = nil) {
        self.month = month
        self.feature = feature
        self.run = run
    }
}

/// Changes of limits, each under the lock that reservations take: what was reserved before fits the old limit, what is
/// reserved after fits the new one.
extension Spending {
    package static func setLimits(
        _ limits: BudgetLimits, by user: UserID, tenant: TenantID, in tx: Transaction
    ) async throws {
        _ = try await tx.query("SELECT app.lock_budgets()")
        try await tx.execute(
            """
            INSERT INTO budgets (tenant_id, month_limit, feature_limit, run_limit, updated_by)
            VALUES (\(tenant), \(limits.month), \(limits.feature), \(limits.run), \(user))
            ON CONFLICT (tenant_id) DO UPDATE SET month_limit = excluded.month_limit,
                feature_limit = excluded.feature_limit, run_limit = excluded.run_limit,
                updated_by = excluded.updated_by, updated_at = now()
            """)
    }

    /// - Parameter limit: `nil` is the tenant's limit for features.
    package static func setLimit(
        _ limit: Int64?, ofFeature feature: String, tenant: TenantID, in tx: Transaction
    ) async throws {
        _ = try await tx.query("SELECT app.lock_budgets()")
        try await tx.execute(
            """
            INSERT INTO budget_counters (tenant_id, scope, subject, own_limit)
            VALUES (\(tenant), 'feature', \(feature), \(limit))
            ON CONFLICT (tenant_id, scope, subject) DO UPDATE SET own_limit = excluded.own_limit
            """)
    }
}
