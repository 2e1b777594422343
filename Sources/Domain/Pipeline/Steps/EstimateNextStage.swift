internal import Features
internal import Kernel
internal import Ledger
internal import ModelGateway
internal import Postgres

extension StepRunner {
    /// Says what the stage after this gate will cost, in the transaction that opens the gate.
    func estimateStage(after gate: Gate, _ feature: FeatureRecord, tenant: TenantID, in tx: Transaction) async throws {
        let sizes = try await tx.query(
            """
            SELECT coalesce(sum(octet_length(body::text)), 0)::bigint FROM (
                SELECT DISTINCT ON (kind) body FROM deliverables
                WHERE tenant_id = \(tenant) AND feature_id = \(feature.id) AND revision = \(feature.revision)
                ORDER BY kind, version DESC
            ) newest
            """)
        let bytes: Int = try sizes[0].get(0)
        var whole: Estimate?
        for (agent, shape) in gate.workers {
            let order = try await modelOrder(agent, tenant: tenant, in: tx)
            // What has no price is refused when its turn comes; there is nothing to estimate.
            guard let model = order.models.first, let price = model.price() else { return }
            let earlier = try await EstimateStore.history(
                agent: agent.rawValue, model: model.name, tenant: tenant, in: tx)
            let estimate = earlier ?? shape.estimate(bytes: bytes, price: price, maxTokens: order.maxTokens)
            whole = whole.map { $0 + estimate } ?? estimate
        }
        guard let whole else { return }
        try await EstimateStore.keep(
            whole, stage: gate.stage, agents: gate.workers.map(\.agent.rawValue), feature: feature.id.description,
            revision: feature.revision, tenant: tenant, in: tx)
    }
}

extension Gate {
    /// The stage that approving it begins.
    fileprivate var stage: String {
        switch self {
        case .spec: "plan"
        case .plan: "tests"
        case .tests: "implement"
        }
    }

    /// Who works in that stage.
    fileprivate var workers: [(agent: AgentName, shape: WorkShape)] {
        switch self {
        case .spec: [(.planner, .document)]
        case .plan: [(.contractTest, .document)]
        case .tests: [(.implementer, .code), (.securityReview, .opinion), (.codeReview, .opinion)]
        }
    }
}
