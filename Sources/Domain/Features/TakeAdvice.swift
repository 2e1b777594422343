package import Kernel
package import Postgres

extension FeatureStore {
    /// What autopilot does with a review: an APPROVE lets the deliverable pass, a REVISE has it reworked. When the
    /// reviews are used up it does nothing, and waits for a person.
    ///
    /// Call it under the feature's row lock.
    package static func takeAdvice(
        _ review: GateReview, at gate: Gate, _ id: FeatureID, revision: Int, tenant: TenantID, in tx: Transaction
    ) async throws {
        // Read again: the review's own row counts.
        let state = try await load(id, in: tx).state(hasBrief: true)
        let decision =
            switch review.recommendation.verdict {
            case .approve: state.approve(gate, revision: revision)
            case .revise: state.rework(gate, revision: revision)
            }
        guard case .go(let transition) = decision else { return }
        if review.recommendation.verdict == .revise {
            try await ReworkStore.add(
                at: gate, note: nil, feature: id, revision: revision, tenant: tenant, by: nil, in: tx)
        }
        try await apply(transition, to: id, tenant: tenant, in: tx)
    }
}
