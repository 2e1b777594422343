import Jobs
import Kernel
import Ledger
import ModelGateway
import Postgres
import TestSupport

/// A tenant with a job under lease, as a step has it.
struct Account: Sendable {
    let database: TestDatabase
    let tenant: TenantID
    let feature: ID<JobSubject>
    let lease: Lease

    /// - Parameter jobs: how many runs the tenant has; each is an account over the same budgets.
    static func open(_ database: TestDatabase, jobs: Int = 1, features: Int = 1) async throws -> [Account] {
        let tenant = TenantID.new()
        try await database.superuser.query(
            "INSERT INTO tenants (tenant_id, kind, name) VALUES (\(tenant), 'team', 'Team')")
        let ids = (0..<features).map { _ in ID<JobSubject>.new() }
        try await database.api.transaction(.tenant(tenant)) { tx in
            let all = (0..<jobs).map { NewJob(kind: "work", feature: ids[$0 % features], revision: 1) }
            _ = try await Jobs.enqueue(all, in: tx, tenant: tenant)
        }
        let queue = JobQueue(
            database: database.worker, worker: "w", kinds: ["work"], lease: .seconds(600), tenantLimit: 1_000)
        var accounts: [Account] = []
        while accounts.count < jobs {
            for claim in try await queue.claim(limit: jobs - accounts.count) {
                let lease = claim.lease
                guard let feature = lease.feature(as: JobSubject.self) else { continue }
                accounts.append(Account(database: database, tenant: tenant, feature: feature, lease: lease))
            }
        }
        return accounts
    }

    func plan(_ worstCase: Int64, turn: Int = 1, agent: String = "spec") -> PlannedCall {
        PlannedCall(
            feature: feature.description, turn: turn, agent: agent, provider: "anthropic", model: "m",
            worstCase: worstCase)
    }

    func reserve(_ call: PlannedCall) async throws -> Shortage? {
        try await Spending.reserve(call, lease, in: database.worker)
    }

    @discardableResult
    func settle(
        _ call: PlannedCall, as kind: CallKind = .productive, cost: Int64, isCounted: Bool = true
    ) async throws -> Spending.Settled? {
        try await database.worker.transaction(.tenant(tenant)) { tx in
            try await Spending.settle(
                call.id, as: kind, usage: Usage(input: 10, output: 20), cost: cost, isCounted: isCounted,
                tenant: tenant, in: tx)
        }
    }

    /// Sets the tenant's limits behind the API's back.
    func limit(month: Int64?, feature: Int64? = nil, run: Int64? = nil) async throws {
        try await database.superuser.query(
            """
            INSERT INTO budgets (tenant_id, month_limit, feature_limit, run_limit, updated_by)
            VALUES (\(tenant), \(month), \(feature), \(run), \(tenant))
            ON CONFLICT (tenant_id) DO UPDATE SET month_limit = excluded.month_limit,
                feature_limit = excluded.feature_limit, run_limit = excluded.run_limit
            """)
    }

    /// `spent` and `reserved` of this month, of the feature, or of the run.
    func counter(_ scope: String) async throws -> [Int64] {
        let row = try await database.superuser.query(
            """
            SELECT coalesce(sum(spent), 0)::bigint, coalesce(sum(reserved), 0)::bigint FROM budget_counters
            WHERE tenant_id = \(tenant) AND scope = \(scope) AND subject = CASE scope
                WHEN 'feature' THEN \(feature)::text WHEN 'run' THEN \(lease.job)::text ELSE subject END
            """)[0]
        return [try row.get(0), try row.get(1)]
    }

    /// The ledger's lines, oldest first, as `kind cost reserved counted`.
    func ledger() async throws -> [String] {
        try await database.superuser.query(
            """
            SELECT concat_ws(' ', kind, cost_microdollars, reserved_microdollars, is_counted::text) FROM ledger
            WHERE tenant_id = \(tenant) ORDER BY at, id
            """
        ).map { try $0.get(0) }
    }
}

extension TestDatabase {
    /// As when the workers of all leases have died.
    func loseLeases() async throws {
        try await superuser.query("UPDATE jobs SET lease_until = now() - interval '1 s' WHERE lease_token IS NOT NULL")
    }
}
