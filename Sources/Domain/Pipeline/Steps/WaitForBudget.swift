internal import Features
internal import Jobs
internal import Kernel
internal import Ledger
internal import Postgres

extension StepRunner {
    /// The step's next call does not fit a budget: the feature says so, and the step goes on by itself when there is
    /// room, when a limit is raised, or when the month turns. What has been answered so far is kept.
    ///
    /// A call is never made smaller to fit: an answer cut short is money spent on nothing.
    func waitForBudget(_ refusal: Shortage, _ step: Step, _ lease: Lease) async throws -> JobOutcome {
        guard let id = lease.featureID else { throw StaleStep() }
        guard step != .chat else {
            try await fail(step, lease, reason: Waiting.budget(BudgetShortage(refusal)).chatReason)
            return .completed
        }
        // Locked in this order by everybody: the job, the tenant's budgets, the feature.
        let due = try await services.database.transaction(.tenant(lease.tenant)) { tx in
            try await lease.fence(in: tx)
            let shortage = try await Spending.wait(
                for: refusal.needed, lease, feature: id.description, in: tx)
            let due = shortage.map { NewJob.Due.at($0.until ?? .never) } ?? .now
            try await lease.snooze(until: due, in: tx)
            if let shortage {
                _ = try await FeatureStore.load(id, in: tx, lock: true)
                try await FeatureStore.setWaiting(
                    .budget(BudgetShortage(shortage)), id, tenant: lease.tenant, in: tx)
            }
            return due
        }
        return .snoozed(until: due)
    }

    /// Whether the feature goes on waiting though this step has begun: two of its steps may run at once.
    func othersWait(_ feature: FeatureRecord, _ lease: Lease, in tx: Transaction) async throws -> Bool {
        guard case .budget? = feature.waiting else { return false }
        return try await Spending.othersWait(feature: feature.id.description, besides: lease, in: tx)
    }
}

extension BudgetShortage {
    init(_ shortage: Shortage) {
        self.init(
            scope: Scope(rawValue: shortage.scope) ?? .month, needed: shortage.needed, left: shortage.left,
            until: shortage.until)
    }
}
