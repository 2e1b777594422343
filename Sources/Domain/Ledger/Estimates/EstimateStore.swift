package import Kernel
package import Postgres

/// Estimates, and what became of them.
package enum EstimateStore {
    /// Fewer runs than these say nothing about the next.
    private static let leastRuns = 5

    /// What the tenant's last 50 runs of an agent with this model cost: the tenth, the fiftieth and the ninetieth percentile.
    ///
    /// - Returns: `nil` when there are too few.
    package static func history(
        agent: String, model: String, tenant: TenantID, in tx: Transaction
    ) async throws -> Estimate? {
        let rows = try await tx.query(
            """
            SELECT count(*), percentile_disc(0.1) WITHIN GROUP (ORDER BY cost),
                percentile_disc(0.5) WITHIN GROUP (ORDER BY cost), percentile_disc(0.9) WITHIN GROUP (ORDER BY cost)
            FROM (
                SELECT cost_microdollars AS cost FROM agent_runs
                WHERE tenant_id = \(tenant) AND agent = \(agent) AND model = \(model) AND status = 'succeeded'
                    AND turns > 0
                ORDER BY finished_at DESC LIMIT 50
            ) runs
            """)
        let runs: Int = try rows[0].get(0)
        guard runs >= leastRuns else { return nil }
        return Estimate(
            low: try rows[0].get(1), likely: try rows[0].get(2), high: try rows[0].get(3), basis: .history, runs: runs)
    }

    package static func keep(
        _ estimate: Estimate, stage: String, agents: [String], feature: String, revision: Int, tenant: TenantID,
        in tx: Transaction
    ) async throws {
        try await tx.execute(
            """
            INSERT INTO estimates (tenant_id, feature_id, revision, stage, low, likely, high, basis, runs, agents)
            VALUES (\(tenant), \(feature)::uuid, \(revision), \(stage), \(estimate.low), \(estimate.likely),
                \(estimate.high), \(estimate.basis.rawValue), \(estimate.runs), \(agents))
            ON CONFLICT (tenant_id, feature_id, revision, stage) DO UPDATE SET low = excluded.low,
                likely = excluded.likely, high = excluded.high, basis = excluded.basis, runs = excluded.runs,
                agents = excluded.agents, made_at = now()
            """)
    }

    /// The estimates of a period beside what has been spent on their stages, newest first, at most 1,000.
    static func compared(
        _ period: UsagePeriod, _ scope: Scope, in database: Database
    ) async throws -> [ComparedEstimate] {
        try await database.read(
            scope,
            """
            SELECT e.feature_id::text, f.title, e.revision, e.stage, e.low, e.likely, e.high, e.basis, e.runs, e.made_at,
                (SELECT coalesce(sum(r.cost_microdollars), 0)::bigint FROM agent_runs r
                 WHERE r.tenant_id = e.tenant_id AND r.feature_id = e.feature_id AND r.revision = e.revision
                    AND r.agent = ANY (e.agents)),
                f.revision > e.revision OR f.status <> ALL (CASE e.stage
                    WHEN 'plan' THEN ARRAY['spec_ready', 'spec_approved', 'plan_generating']
                    WHEN 'tests' THEN ARRAY['plan_ready', 'plan_approved', 'tests_generating']
                    ELSE ARRAY['tests_ready', 'tests_approved', 'implementing', 'validating', 'review'] END)
            FROM estimates e JOIN features f ON f.tenant_id = e.tenant_id AND f.id = e.feature_id
            WHERE e.tenant_id = (SELECT app.tenant()) AND e.made_at >= \(period.start) AND e.made_at < \(period.end)
            ORDER BY e.made_at DESC, e.feature_id, e.stage LIMIT 1000
            """
        ).map(ComparedEstimate.init)
    }
}

/// An estimate and what its stage has cost so far.
struct ComparedEstimate: JSONWritable, Sendable {
    private let feature: String
    private let title: String
    private let revision: Int
    private let stage: String
    private let range: [Int64]
    private let basis: String
    private let runs: Int
    private let madeAt: Timestamp
    private let actual: Int64
    private let isFinished: Bool

    fileprivate init(_ row: Row) throws {
        feature = try row.get(0)
        title = try row.get(1)
        revision = try row.get(2)
        stage = try row.get(3)
        range = [try row.get(4), try row.get(5), try row.get(6)]
        basis = try row.get(7)
        runs = try row.get(8)
        madeAt = try row.get(9)
        actual = try row.get(10)
        isFinished = try row.get(11)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("feature_id")
            json.string(feature)
            json.key("title")
            json.string(title)
            json.key("revision")
            json.integer(revision)
            json.key("stage")
            json.string(stage)
            for (name, amount) in zip(["low", "likely", "high"], range) {
                json.key("\(name)_microdollars")
                json.integer(amount)
            }
            json.key("basis")
            json.string(basis)
            json.key("runs")
            json.integer(runs)
            json.key("made_at")
            json.string(madeAt.description)
            json.key("actual_microdollars")
            json.integer(actual)
            json.key("finished")
            json.bool(isFinished)
        }
    }
}
