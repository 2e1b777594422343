internal import Features
internal import Jobs
internal import Kernel
internal import Ledger
internal import ModelGateway
internal import Postgres
internal import ProviderKeys
internal import Telemetry

/// A model call with its worst case reserved. Whoever has one calls `keep` or `lose`, once.
struct PaidCall: Sendable {
    private let plan: PlannedCall
    private let price: ModelPrice
    private let agent: AgentName
    private let lease: Lease
    private let services: PipelineServices

    /// Reserves what the call may cost at most.
    ///
    /// - Throws: `BudgetRefusal`, `LeaseLost`; `CatalogueError` when the model has no price.
    static func reserve(
        _ request: ModelRequest, turn: Int, agent: AgentName, access: ModelAccess, lease: Lease,
        services: PipelineServices
    ) async throws -> PaidCall {
        guard let feature = lease.featureID else { throw StaleStep() }
        let price = try access.model.requirePrice()
        let plan = PlannedCall(
            feature: feature.description, turn: turn, agent: agent.rawValue, provider: access.key.provider.rawValue,
            model: access.model.name,
            worstCase: price.worstCase(inputTokens: request.inputTokensEstimate, maxTokens: request.maxTokens))
        if let shortage = try await Spending.reserve(plan, lease, in: services.database) {
            services.metrics.counter(
                "budget_refusals_total", "Model calls that did not fit a budget.", labels: [("scope", shortage.scope)]
            ).increment()
            throw BudgetRefusal(shortage: shortage)
        }
        return PaidCall(plan: plan, price: price, agent: agent, lease: lease, services: services)
    }

    /// Keeps the answer, settles the call and tells which budgets run low, in one transaction fenced by the lease.
    ///
    /// - Returns: false when the run is gone with its feature.
    func keep(_ reply: ModelReply) async throws -> Bool {
        let (checkpoint, usage, cost) = (reply.checkpoint, reply.usage, price.cost(of: reply.usage))
        let settled: Spending.Settled?
        do {
            settled = try await inLastingTransaction { [self] tx in
                try await lease.renewAttempts(in: tx)
                let isKept = try await RunStore.keep(
                    turn: plan.turn, reply: checkpoint, usage: usage, costMicrodollars: cost,
                    run: lease.job.description, tenant: lease.tenant, in: tx)
                guard isKept else { throw StaleStep() }
                let settled = try await Spending.settle(
                    plan.id, as: agent.isReviewer ? .review : .productive, usage: usage, cost: cost, isCounted: true,
                    tenant: lease.tenant, in: tx)
                for warning in settled?.warnings ?? [] {
                    guard let feature = lease.featureID else { break }
                    try await EventStore.append(
                        .budgetLow, warning, feature: feature, tenant: lease.tenant, in: tx)
                }
                return settled
            }
        } catch {
            // Paid for, and lost to us.
            await settle(as: .failed, usage: usage, isCounted: true)
            if error is StaleStep { return false }
            throw error
        }
        await tell(settled)
        return true
    }

    private static let patience = 12

    /// A database that is away for a moment must not cost an answer that was paid for: it is tried again while the lease
    /// may still hold, which the transaction itself proves.
    private func inLastingTransaction<Result: Sendable>(
        _ body: @escaping @Sendable (Transaction) async throws -> Result
    ) async throws -> Result {
        try await throughOutages(while: { $0 <= Self.patience }) {
            try await services.database.transaction(.tenant(lease.tenant)) { try await body($0) }
        }
    }

    /// Settles a call that gave no answer, with what the provider had counted before it ended.
    ///
    /// - Parameter wasSent: whether the provider can have seen it.
    func lose(after error: any Error, wasSent: Bool) async {
        let failure = error as? ModelFailure
        let isCounted =
            switch failure?.kind {
            case .stalled?, .incomplete?: false
            // It was turned away at the door, unless it had begun to answer.
            case _?: failure?.usage == nil
            case nil: !wasSent
            }
        await settle(as: .failed, usage: failure?.usage ?? .zero, isCounted: isCounted)
    }

    /// Goes through when the step has been cancelled, and when its lease is lost: money is no secret between leases.
    private func settle(as kind: CallKind, usage: Usage, isCounted: Bool) async {
        await Task { [self] in
            do {
                let cost = price.cost(of: usage)
                let settled = try await services.database.transaction(.tenant(lease.tenant)) { tx in
                    try await Spending.settle(
                        plan.id, as: kind, usage: usage, cost: cost, isCounted: isCounted, tenant: lease.tenant, in: tx)
                }
                await tell(settled)
            } catch {
                // The sweep gives it up once the lease has ended.
                services.logger.warning(
                    "a call stays reserved", ("job", .id(lease.job)), ("call", .id(plan.id)), ("error", .error(error)))
            }
        }.value
    }

    private func tell(_ settled: Spending.Settled?) async {
        guard let settled else { return }
        if settled.isOverrun {
            services.metrics.counter(
                "budget_overruns_total", "Model calls that cost more than was reserved for them."
            ).increment()
            services.logger.warning(
                "a call cost more than was reserved", ("job", .id(lease.job)), ("call", .id(plan.id)),
                ("model", .string(plan.model)))
        }
        guard settled.hasWaiting else { return }
        do {
            try await Spending.endWaits(tenant: lease.tenant, in: services.database)
        } catch {
            services.logger.warning("cannot wake what waits for a budget", ("error", .error(error)))
        }
    }
}

/// A call that does not fit a budget was not made.
struct BudgetRefusal: Error { let shortage: Shortage }

extension CatalogueError {
    /// For people. What has no price cannot be held to a budget, and is not used.
    var publicSentence: String {
        switch self {
        case .unknownModel(let name), .noPrice(let name, _):
            "The price of the model \"\(name)\" is not known here, so it is not used: no budget could hold it. Choose "
                + "another model, or have its price added to models.yaml."
        case .unknownAgent(let name):
            "models.yaml names no model for the agent \"\(name)\". Have it added, then retry."
        }
    }
}

extension AgentName {
    /// Whether it judges what others made.
    fileprivate var isReviewer: Bool {
        switch self {
        case .securityReview, .codeReview, .alignmentReview: true
        case .analyst, .spec, .planner, .contractTest, .implementer, .title: false
        }
    }
}
