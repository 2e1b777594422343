package import Kernel
package import Postgres

/// What the agent that wrote a deliverable is asked to mend in it.
package struct Rework: Sendable, Equatable {
    /// The version that is to be mended.
    package let version: Int
    /// What blocked it.
    package let reasons: [Recommendation.Reason]
    /// What the person asked for besides.
    package let note: String?

    package init(version: Int, reasons: [Recommendation.Reason], note: String?) {
        self.version = version
        self.reasons = reasons
        self.note = note
    }

    package static let maximumNote = 4_000
}

/// Reworks are kept so that a retry of the stage mends the same version for the same reasons.
package enum ReworkStore {
    /// The rework that the newest version of a gate's deliverable waits for.
    package static func pending(
        at gate: Gate, feature: FeatureID, revision: Int, in tx: Transaction
    ) async throws -> Rework? {
        guard
            let version = try await DeliverableStore.newestVersion(
                gate.deliverable, feature: feature, revision: revision, in: tx)
        else { return nil }
        let rows = try await tx.query(
            """
            SELECT reasons, note FROM reworks
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature) AND revision = \(revision)
                AND gate = \(gate.rawValue) AND deliverable_version = \(version)
            """)
        guard let row = rows.first else { return nil }
        let stored = Recommendation.stored(verdict: .approve, reasons: try row.get(0))
        return Rework(version: version, reasons: try Recommendation(json: stored).reasons, note: try row.get(1))
    }

    /// Notes what is to be mended: the newest version, for what blocked it in the newest review, if that is about it.
    ///
    /// - Parameter user: `nil` when the autopilot asks.
    /// - Throws: `Problem.invalidField` when there is nothing that would have to be mended.
    package static func add(
        at gate: Gate, note: String?, feature: FeatureID, revision: Int, tenant: TenantID, by user: UserID?,
        in tx: Transaction
    ) async throws {
        guard
            let version = try await DeliverableStore.newestVersion(
                gate.deliverable, feature: feature, revision: revision, in: tx)
        else { throw StaleTransition() }
        let review = try await GateReviewStore.newest(at: gate, feature: feature, revision: revision, in: tx)
        let reasons = review.map { $0.deliverableVersion == version ? $0.recommendation.blocking : [] } ?? []
        guard note != nil || !reasons.isEmpty else {
            throw Problem.invalidField(
                "/note", "Nothing blocks this \(gate.rawValue), so say in \"note\" what should be changed.")
        }
        let told = JSON.array(reasons.map(\.json))
        try await tx.execute(
            """
            INSERT INTO reworks (tenant_id, feature_id, revision, gate, deliverable_version, reasons, note, requested_by)
            VALUES (\(tenant), \(feature), \(revision), \(gate.rawValue), \(version), \(told), \(note), \(user))
            """)
    }
}
