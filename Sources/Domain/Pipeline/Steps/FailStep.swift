internal import Conversation
internal import Features
internal import Jobs
internal import Kernel
internal import Ledger
internal import Postgres

extension StepRunner {
    /// The step is given up. A stage's failure stops the feature with its reason; advice and titles are things a
    /// feature can do without, and an unanswered message says why it has no answer.
    func fail(_ step: Step, _ lease: Lease, reason: String, answers: RunAnswers = .good) async throws {
        guard let id = lease.featureID else { throw StaleStep() }
        try await services.database.transaction(.tenant(lease.tenant)) { tx in
            try await lease.complete(in: tx)
            try await Self.recordFailure(of: step, lease, id, reason: reason, answers: answers, in: tx)
        }
    }

    static func recordFailure(
        of step: Step, _ lease: Lease, _ id: FeatureID, reason: String, answers: RunAnswers, in tx: Transaction
    ) async throws {
        let feature = try await FeatureStore.load(id, in: tx, lock: true)
        try await RunStore.end(
            lease.job.description, of: id, status: .failed, error: reason, answers: answers, tenant: lease.tenant,
            in: tx)
        switch step {
        case .alignment, .title: break
        case .chat:
            guard let message = lease.message else { return }
            try await AnswerStore.finish(
                message, text: "", proposal: nil, failure: reason, feature: id, tenant: lease.tenant, in: tx)
        case .spec, .plan, .tests, .implement, .securityReview, .codeReview, .verdict:
            guard feature.revision == lease.revision,
                let transition = feature.state(hasBrief: true).fail(reason)
            else { return }
            try await FeatureStore.apply(transition, to: id, tenant: lease.tenant, in: tx)
        }
    }
}

extension Lease {
    /// The message that a chat job answers.
    var message: MessageID? { payload["message_id"]?.string.flatMap { MessageID($0) } }
}
