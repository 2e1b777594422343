package import Kernel
package import ModelGateway
package import Postgres

/// Runs and their turns: what was asked of models, what it used and what it cost.
package enum RunStore {
    /// What a run is about. Ids are texts so that the ledger needs no other capability.
    package struct Start: Sendable {
        package let id: String
        package let feature: String
        package let revision: Int
        package let agent: String
        package let step: String
        package let provider: String
        package let model: String
        package let promptVersion: String
        package let isDevelopment: Bool
        /// Whether it takes up the work of the step's last run, if that broke off.
        package let mayContinue: Bool

        package init(
            id: String, feature: String, revision: Int, agent: String, step: String, provider: String, model: String,
            promptVersion: String, isDevelopment: Bool, mayContinue: Bool
        ) {
            self.id = id
            self.feature = feature
            self.revision = revision
            self.agent = agent
            self.step = step
            self.provider = provider
            self.model = model
            self.promptVersion = promptVersion
            self.isDevelopment = isDevelopment
            self.mayContinue = mayContinue
        }
    }

    /// Begins a run, or finds the one that an earlier attempt at the same job began.
    ///
    /// A new run continues the last one of its step in this revision if that broke off with answers that can be used,
    /// given by the same model to the same prompt: what was paid for is not asked again. Call it under the feature's
    /// row lock.
    ///
    /// - Returns: whether it is new.
    package static func begin(_ start: Start, tenant: TenantID, in tx: Transaction) async throws -> Bool {
        let inserted = try await tx.execute(
            """
            INSERT INTO agent_runs (tenant_id, id, feature_id, revision, agent, step, provider, model, prompt_version,
                is_development, continues)
            VALUES (\(tenant), \(start.id)::uuid, \(start.feature)::uuid, \(start.revision), \(start.agent),
                \(start.step), \(start.provider), \(start.model), \(start.promptVersion), \(start.isDevelopment),
                (SELECT last.id FROM (
                    SELECT * FROM agent_runs
                    WHERE tenant_id = \(tenant) AND feature_id = \(start.feature)::uuid AND step = \(start.step)
                        AND revision = \(start.revision) AND id <> \(start.id)::uuid AND \(start.mayContinue)
                    ORDER BY started_at DESC, id DESC LIMIT 1
                ) last
                WHERE last.status IN ('failed', 'superseded') AND last.reusable AND last.agent = \(start.agent)
                    AND last.provider = \(start.provider) AND last.model = \(start.model)
                    AND last.prompt_version = \(start.promptVersion)
                    AND last.is_development = \(start.isDevelopment)))
            ON CONFLICT (tenant_id, id) DO NOTHING
            """)
        return inserted == 1
    }

    /// The model of a run that has begun, or else of the one that it can continue: the step's last in this revision.
    package static func model(
        of run: String, orContinuing feature: String?, _ revision: Int?, _ step: String, mayContinue: Bool,
        tenant: TenantID, in tx: Transaction
    ) async throws -> String? {
        let rows = try await tx.query(
            """
            SELECT model FROM agent_runs
            WHERE tenant_id = \(tenant) AND feature_id = \(feature)::uuid AND revision = \(revision)::integer
                AND step = \(step) AND (id = \(run)::uuid
                    OR (\(mayContinue) AND status IN ('failed', 'superseded') AND reusable))
            ORDER BY (id = \(run)::uuid) DESC, started_at DESC, id DESC LIMIT 1
            """)
        return try rows.first?.get(0)
    }

    /// A reply that was paid for, and whether it was a run before this one that did.
    package struct Kept: Sendable {
        package let reply: JSON
        package let isInherited: Bool
    }

    /// The replies that this run and those it continues have paid for, in order.
    package static func turns(of run: String, tenant: TenantID, in tx: Transaction) async throws -> [Kept] {
        let rows = try await tx.query(
            """
            WITH RECURSIVE chain AS (
                SELECT id, continues FROM agent_runs WHERE tenant_id = \(tenant) AND id = \(run)::uuid
                UNION ALL
                SELECT r.id, r.continues FROM agent_runs r JOIN chain ON r.id = chain.continues
                WHERE r.tenant_id = \(tenant)
            )
            SELECT reply, run_id <> \(run)::uuid FROM agent_turns
            WHERE tenant_id = \(tenant) AND run_id IN (SELECT id FROM chain) ORDER BY turn
            """)
        return try rows.map { Kept(reply: try $0.get(0), isInherited: try $0.get(1)) }
    }

    /// Keeps a turn the moment it has arrived, so that it is never paid for again.
    ///
    /// The run's own row is left to `Spending.settle`: a second update of it in one transaction would have PostgreSQL check
    /// its feature again, and wait for whoever is deleting that, who waits for the run.
    ///
    /// - Returns: false when the run is gone with its feature.
    package static func keep(
        turn: Int, reply: JSON, usage: Usage, costMicrodollars: Int64, run: String, tenant: TenantID, in tx: Transaction
    ) async throws -> Bool {
        let kept = try await tx.execute(
            """
            INSERT INTO agent_turns (tenant_id, run_id, turn, reply, input_tokens, output_tokens, cache_read_tokens,
                cache_write_tokens, cost_microdollars)
            SELECT tenant_id, id, \(turn)::integer, \(reply), \(usage.input), \(usage.output), \(usage.cacheRead),
                \(usage.cacheWrite), \(costMicrodollars)
            FROM agent_runs WHERE tenant_id = \(tenant) AND id = \(run)::uuid
            """)
        return kept == 1
    }

    /// Closes a run and returns it.
    ///
    /// - Parameters:
    ///   - error: a sentence for people.
    ///   - answers: what a later run may do with this one's.
    package static func finish(
        _ run: String, status: RunStatus, error: String? = nil, answers: RunAnswers = .good, tenant: TenantID,
        in tx: Transaction
    ) async throws -> RunRecord? {
        let rows = try await tx.query(
            """
            UPDATE agent_runs SET status = \(status.rawValue), error = \(error), finished_at = now(),
                reusable = \(answers != .bad) AND (\(answers == .good) OR continues IS NULL OR turns > 0)
            WHERE tenant_id = \(tenant) AND id = \(run)::uuid AND status = 'running'
            RETURNING \(unsafeRaw: RunRecord.columns)
            """)
        return try rows.first.map(RunRecord.init)
    }

    /// Closes the runs of a feature whose work was called off; `except` names agents whose work goes on.
    package static func supersede(
        feature: String, except agents: [String], tenant: TenantID, in tx: Transaction
    ) async throws {
        _ = try await tx.execute(
            """
            UPDATE agent_runs SET status = \(RunStatus.superseded.rawValue), finished_at = now()
            WHERE tenant_id = \(tenant) AND feature_id = \(feature)::uuid AND status = 'running'
                AND agent <> ALL (\(agents))
            """)
    }

    package static func all(feature: String, in tx: Transaction) async throws -> [RunRecord] {
        try await tx.query(query(feature: feature)).map(RunRecord.init)
    }

    static func all(feature: String, _ scope: Scope, in database: Database) async throws -> [RunRecord] {
        try await database.read(scope, query(feature: feature)).map(RunRecord.init)
    }

    private static func query(feature: String) -> SQL {
        """
        SELECT \(unsafeRaw: RunRecord.columns) FROM agent_runs
        WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature)::uuid ORDER BY started_at, id
        """
    }
}

/// `running` becomes one of the others, once. `superseded`: its revision was left while it ran.
package enum RunStatus: String, Sendable {
    case running, succeeded, failed, superseded
}

/// Whether a retry may go on from the answers of a run that has ended.
package enum RunAnswers: Sendable {
    case good
    /// It is they that made it fail.
    case bad
    /// It broke off on our side. If it did so on nothing but answers of a run before it, they may be the cause: without
    /// new ones no retry would ever get further.
    case suspect
}
