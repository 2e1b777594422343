package import Kernel
package import Postgres

/// One review of a gate's deliverable, as it is stored.
package struct GateReview: Sendable, Equatable {
    /// Which version of the deliverable it is about.
    package let deliverableVersion: Int
    /// Which review of this gate in this revision, from 1; the last that asks a model is
    /// `FeatureState.maximumGateReviews`.
    package let round: Int
    package let recommendation: Recommendation
    /// What blocked in the review before, and holds no longer.
    package let resolved: [Recommendation.Reason]

    package init(
        deliverableVersion: Int, round: Int, recommendation: Recommendation, resolved: [Recommendation.Reason] = []
    ) {
        self.deliverableVersion = deliverableVersion
        self.round = round
        self.recommendation = recommendation
        self.resolved = resolved
    }

    /// No review is left that could agree: a person decides.
    package var asksPerson: Bool {
        recommendation.verdict == .revise && round >= FeatureState.maximumGateReviews
    }
}

/// What was advised at gates: written once, never changed.
package enum GateReviewStore {
    /// The newest review of a gate in a revision.
    package static func newest(
        at gate: Gate, feature: FeatureID, revision: Int, in tx: Transaction
    ) async throws -> GateReview? {
        let rows = try await tx.query(
            """
            SELECT deliverable_version, round, verdict, reasons, resolved FROM recommendations
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature) AND revision = \(revision)
                AND gate = \(gate.rawValue) ORDER BY version DESC LIMIT 1
            """)
        guard let row = rows.first else { return nil }
        let settled = Recommendation.stored(verdict: .approve, reasons: try row.get(4))
        return GateReview(
            deliverableVersion: try row.get(0), round: try row.get(1),
            recommendation: try Recommendation(
                json: ["recommendation": .string(try row.get(2)), "reasons": try row.get(3, as: JSON.self)]),
            resolved: try Recommendation(json: settled).reasons)
    }

    /// Keeps a review and tells of it.
    package static func add(
        _ review: GateReview, at gate: Gate, feature: FeatureID, revision: Int, tenant: TenantID, run: RunID?,
        in tx: Transaction
    ) async throws {
        let (verdict, reasons) = (review.recommendation.verdict.rawValue, review.recommendation.reasonsJSON)
        let resolved = JSON.array(review.resolved.map(\.json))
        let rows = try await tx.query(
            """
            INSERT INTO recommendations (tenant_id, feature_id, revision, gate, version, verdict, reasons, run_id,
                deliverable_version, round, ask_person, resolved)
            SELECT \(tenant), \(feature), \(revision), \(gate.rawValue), coalesce(max(version), 0) + 1, \(verdict),
                \(reasons), \(run), \(review.deliverableVersion), \(review.round), \(review.asksPerson), \(resolved)
            FROM recommendations WHERE tenant_id = \(tenant) AND feature_id = \(feature)
                AND revision = \(revision) AND gate = \(gate.rawValue)
            RETURNING version
            """)
        let version: Int = try rows[0].get(0)
        try await EventStore.append(
            .recommendationReady,
            [
                "gate": .string(gate.rawValue), "revision": .integer(Int64(revision)),
                "version": .integer(Int64(version)),
                "deliverable_version": .integer(Int64(review.deliverableVersion)),
                "round": .integer(Int64(review.round)),
                "rounds": .integer(Int64(FeatureState.maximumGateReviews)), "ask_person": .bool(review.asksPerson),
                "recommendation": .string(verdict), "reasons": reasons, "resolved": resolved,
            ], feature: feature, tenant: tenant, in: tx)
    }
}

extension Recommendation {
    package var reasonsJSON: JSON { .array(reasons.map(\.json)) }

    static func stored(verdict: Verdict, reasons: JSON) -> JSON {
        ["recommendation": .string(verdict.rawValue), "reasons": reasons]
    }
}
