internal import Features
internal import Kernel
package import Postgres
package import Telemetry

extension Sweep {
    /// A feature is at work, says its status, yet no job is left that could end it: it fails, with a reason, so that a
    /// person can retry. That takes a fault of ours or a hand in the database; it must not look like patience.
    ///
    /// - Parameter grace: how long nothing has been written to the feature.
    package static func stalledFeatures(
        _ database: Database, grace: Duration = .seconds(120), logger: Logger
    ) -> Sweep {
        Sweep(name: "stalled_features", interval: .seconds(60)) {
            let kinds = Step.allCases.filter(\.movesFeature).map(\.rawValue)
            let rows = try await database.read(
                .untenanted, "SELECT tenant_id, feature_id FROM app.stalled_features(\(grace), \(kinds), 200::integer)")
            var repairs = 0
            for row in rows {
                let tenant: TenantID = try row.get(0)
                let id: FeatureID = try row.get(1)
                try Task.checkCancellation()
                do {
                    let isFailed = try await database.transaction(.tenant(tenant)) { tx in
                        try await failIfStalled(id, tenant, kinds, in: tx)
                    }
                    if isFailed { repairs += 1 }
                } catch let error where !(error is CancellationError) {
                    // The next round tries it again; the others must not wait for it.
                    logger.warning("a stalled feature stays", ("feature", .id(id)), ("error", .error(error)))
                }
            }
            return repairs
        }
    }

    private static func failIfStalled(
        _ id: FeatureID, _ tenant: TenantID, _ kinds: [String], in tx: Transaction
    ) async throws -> Bool {
        // Locked first: whatever gives the feature a job does so under this lock.
        let feature = try await FeatureStore.load(id, in: tx, lock: true)
        let live = try await tx.query(
            "SELECT 1 FROM jobs WHERE tenant_id = \(tenant) AND feature_id = \(id) AND kind = ANY (\(kinds)) LIMIT 1")
        guard live.isEmpty, let transition = feature.state(hasBrief: true).fail(stalledReason) else { return false }
        try await closeRuns(of: id, tenant: tenant, error: stalledReason, in: tx)
        try await FeatureStore.apply(transition, to: id, tenant: tenant, in: tx)
        return true
    }

    private static let stalledReason = """
        The work on this stopped on our side, and nothing was left to take it up again. Nothing you did caused it: retry \
        to go on from the last stage that was finished.
        """
}
