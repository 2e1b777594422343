internal import Jobs
package import Kernel
package import Postgres

/// The one place that writes `features.status`.
package enum FeatureStore {
    /// - Throws: `Problem.notFound` for an unknown id, which is also what another tenant's looks like.
    package static func load(_ id: FeatureID, in tx: Transaction, lock: Bool = false) async throws -> FeatureRecord {
        let rows = try await tx.query(
            """
            SELECT \(unsafeRaw: FeatureRecord.columns) FROM features f
            WHERE f.tenant_id = (SELECT app.tenant()) AND f.id = \(id) \(unsafeRaw: lock ? "FOR UPDATE" : "")
            """)
        guard let row = rows.first else { throw Problem.notFound("feature") }
        return try FeatureRecord(row)
    }

    /// A feature and whether its current revision has a brief, in one read.
    package static func view(
        _ id: FeatureID, _ scope: Scope, in database: Database
    ) async throws -> (FeatureRecord, FeatureView) {
        let rows = try await database.read(
            scope,
            """
            SELECT \(unsafeRaw: FeatureRecord.columns), \(unsafeRaw: hasBrief) FROM features f
            WHERE f.tenant_id = (SELECT app.tenant()) AND f.id = \(id)
            """)
        guard let row = rows.first else { throw Problem.notFound("feature") }
        let feature = try FeatureRecord(row)
        return (feature, FeatureView(feature, state: feature.state(hasBrief: try row.get(FeatureRecord.columnCount))))
    }

    package static func exists(_ id: FeatureID, _ scope: Scope, in database: Database) async throws -> Bool {
        try await !database.read(
            scope, "SELECT 1 FROM features WHERE tenant_id = (SELECT app.tenant()) AND id = \(id)"
        ).isEmpty
    }

    /// - Throws: `Problem.notFound` for an unknown feature.
    package static func requireExists(_ id: FeatureID, _ scope: Scope, in database: Database) async throws {
        guard try await exists(id, scope, in: database) else { throw Problem.notFound("feature") }
    }

    package static let hasBrief = """
        EXISTS (SELECT FROM deliverables d WHERE d.tenant_id = f.tenant_id AND d.feature_id = f.id
            AND d.revision = f.revision AND d.kind = 'brief')
        """

    package static func state(of feature: FeatureRecord, in tx: Transaction) async throws -> FeatureState {
        let rows = try await tx.query(
            """
            SELECT EXISTS (SELECT FROM deliverables WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature.id)
                    AND revision = \(feature.revision) AND kind = 'brief'),
                (SELECT count(*) = 2 AND bool_or(verdict = 'FAIL') FROM reviews
                 WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature.id)
                    AND revision = \(feature.revision)
                    AND build = (SELECT max(number) FROM builds WHERE tenant_id = (SELECT app.tenant())
                        AND feature_id = \(feature.id) AND revision = \(feature.revision))),
                EXISTS (SELECT FROM deliverables WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature.id)
                    AND revision = \(feature.revision) AND kind = \(feature.status.gateAhead?.deliverable.rawValue))
            """)
        return feature.state(
            hasBrief: try rows[0].get(0), hasFailedReviews: try (rows[0].get(1) as Bool?) ?? false,
            isReworking: try rows[0].get(2))
    }

    /// Makes a transition true: compare-and-set on (id, status, revision), event and next jobs, in the caller's
    /// transaction.
    ///
    /// - Throws: `StaleTransition` when the feature is not where the transition starts.
    package static func apply(
        _ transition: Transition, to id: FeatureID, tenant: TenantID, in tx: Transaction
    ) async throws {
        let failedIn = transition.failure == nil ? nil : transition.from.rawValue
        let rows = try await tx.query(
            """
            UPDATE features SET status = \(transition.to.rawValue), revision = \(transition.revision),
                failed_in = \(failedIn), failure = \(transition.failure),
                repair_round = coalesce(\(transition.repairRound)::integer, repair_round),
                trust = CASE WHEN revision = \(transition.revision)
                    THEN coalesce(\(transition.trust)::integer, trust) END,
                paused = paused AND \(transition.to.isProcessing || transition.to.gate != nil),
                waiting_for = NULL, waiting_until = NULL, waiting_detail = NULL,
                version = version + 1, event_sequence = event_sequence + 1, updated_at = now()
            WHERE tenant_id = \(tenant) AND id = \(id) AND status = \(transition.from.rawValue)
                AND revision = \(transition.fromRevision)
            RETURNING event_sequence
            """)
        guard let row = rows.first else { throw StaleTransition() }
        var data: JSONObject = [
            "from": .string(transition.from.rawValue), "to": .string(transition.to.rawValue),
            "revision": .integer(Int64(transition.revision)),
        ]
        if let reason = transition.failure { data["reason"] = .string(reason) }
        if let round = transition.repairRound, round > 0 { data["repair_round"] = .integer(Int64(round)) }
        if let rework = transition.rework { data["rework"] = .integer(Int64(rework)) }
        if let trust = transition.trust { data["trust"] = TrustScore.json(trust) }
        try await EventStore.insert(
            .statusChanged, .object(data), sequence: try row.get(0), feature: id, tenant: tenant, in: tx)
        for step in transition.steps {
            // After a failure of its sibling a review may still be at work; it serves the retry.
            if transition.from == .failed,
                try await hasJob(for: step, id, revision: transition.revision, tenant: tenant, in: tx)
            {
                continue
            }
            try await enqueue(step, feature: id, revision: transition.revision, tenant: tenant, in: tx)
        }
    }

    /// Pausing keeps the status: what was to happen next still is.
    package static func setPaused(
        _ isPaused: Bool, _ id: FeatureID, tenant: TenantID, in tx: Transaction
    ) async throws {
        try await tx.execute(
            """
            UPDATE features SET paused = \(isPaused), version = version + 1, updated_at = now()
            WHERE tenant_id = \(tenant) AND id = \(id)
            """)
        try await EventStore.append(isPaused ? .paused : .resumed, [:], feature: id, tenant: tenant, in: tx)
    }

    /// Says what a feature's work waits for, or that it no longer does.
    package static func setWaiting(
        _ waiting: Waiting?, _ id: FeatureID, tenant: TenantID, in tx: Transaction
    ) async throws {
        let (reason, until) = (waiting?.name, waiting?.until)
        let shortage: JSON? = if case .budget(let shortage)? = waiting { shortage.json } else { nil }
        try await tx.execute(
            """
            UPDATE features SET waiting_for = \(reason), waiting_until = \(until), waiting_detail = \(shortage),
                version = version + 1, updated_at = now()
            WHERE tenant_id = \(tenant) AND id = \(id)
            """)
        var data: JSONObject = [:]
        if let reason { data["for"] = .string(reason) }
        if let until { data["until"] = .string(until.description) }
        if let shortage { data["budget"] = shortage }
        try await EventStore.append(
            reason == nil ? .goesOn : .waiting, .object(data), feature: id, tenant: tenant, in: tx)
    }

    /// The features whose work waits for a key, which there now is: they go on.
    package static func keyArrived(tenant: TenantID, in tx: Transaction) async throws {
        let rows = try await tx.query(
            "SELECT id FROM features WHERE tenant_id = \(tenant) AND waiting_for = 'key' ORDER BY id FOR UPDATE")
        let waiting = try rows.map { try $0.get(0, as: FeatureID.self) }
        for id in waiting { try await setWaiting(nil, id, tenant: tenant, in: tx) }
        try await Jobs.wake(about: waiting, tenant: tenant, in: tx)
    }

    private static func hasJob(
        for step: Step, _ id: FeatureID, revision: Int, tenant: TenantID, in tx: Transaction
    ) async throws -> Bool {
        try await !tx.query(
            """
            SELECT 1 FROM jobs WHERE tenant_id = \(tenant) AND feature_id = \(id) AND revision = \(revision)
                AND kind = \(step.rawValue) LIMIT 1
            """
        ).isEmpty
    }

    /// Whether the feature is where it waits for `step`, looked up under its row lock.
    package static func isWaiting(
        _ id: FeatureID, for step: Step, revision: Int?, in tx: Transaction
    ) async throws -> Bool {
        let rows = try await tx.query(
            """
            SELECT 1 FROM features WHERE tenant_id = (SELECT app.tenant()) AND id = \(id)
                AND revision = \(revision)::integer AND status = ANY (\(step.statuses.map(\.rawValue))) FOR UPDATE
            """)
        return !rows.isEmpty
    }

    package static func enqueue(
        _ step: Step, feature: FeatureID, revision: Int, payload: JSON = [:], tenant: TenantID, in tx: Transaction
    ) async throws {
        try await Jobs.enqueue(
            NewJob(kind: step.rawValue, payload: payload, feature: feature, revision: revision), in: tx, tenant: tenant)
    }
}
