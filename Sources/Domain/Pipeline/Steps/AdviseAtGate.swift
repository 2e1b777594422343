internal import Features
internal import Jobs
internal import Kernel
internal import Postgres

extension StepRunner {
    /// The alignment reviewer reads what waits at a gate and leaves APPROVE or REVISE with reasons; what blocks
    /// mechanically makes it REVISE whatever the model says. A version that comes after a reviewed one, from a rework or
    /// from a person, is held against the reasons of that review and what was changed since.
    ///
    /// With autopilot an APPROVE approves by itself, and a REVISE has the deliverable reworked while reviews are left.
    func adviseAtGate(_ lease: Lease) async throws {
        let (run, inputs) = try await begin(.alignment, .alignmentReview, lease) { feature in
            guard feature.status.gate != nil else { throw StaleStep() }
            return nil
        } load: { feature, tx in
            try await GateInputs.load(feature, in: tx)
        }
        let alignment =
            inputs.mayAskModel
            ? try await run.converse(AgentTask.align(inputs.subject, after: inputs.earlier))
            : Alignment.mechanical(inputs.subject, after: inputs.earlier)
        let review = GateReview(
            deliverableVersion: inputs.version, round: inputs.round, recommendation: alignment.recommendation,
            resolved: alignment.resolved)

        try await commit(lease) { feature, tx in
            let gate = inputs.gate
            // Reworked or edited meanwhile: the newer version has a review of its own.
            guard feature.status == gate.ready,
                try await GateInputs.unreviewedVersion(at: gate, feature, in: tx) == review.deliverableVersion
            else { throw StaleStep() }
            try await GateReviewStore.add(
                review, at: gate, feature: feature.id, revision: feature.revision, tenant: lease.tenant,
                run: RunID(lease.job.description), in: tx)
            if feature.autopilot {
                try await FeatureStore.takeAdvice(
                    review, at: gate, feature.id, revision: feature.revision, tenant: lease.tenant, in: tx)
            }
        }
    }
}

/// What a review at a gate works from.
private struct GateInputs: Sendable {
    let gate: Gate
    let version: Int
    let round: Int
    let subject: AlignmentSubject
    let earlier: EarlierReview?
    /// Whether a review is left; what comes after the last is counted and compared only.
    let mayAskModel: Bool

    static func load(_ feature: FeatureRecord, in tx: Transaction) async throws -> GateInputs {
        guard let gate = feature.status.gate,
            let version = try await unreviewedVersion(at: gate, feature, in: tx)
        else { throw StaleStep() }
        let deliverables = try await Deliverables.load(feature, in: tx)
        let before = try await GateReviewStore.newest(
            at: gate, feature: feature.id, revision: feature.revision, in: tx)
        let mayAskModel = before.map { $0.round < FeatureState.maximumGateReviews } ?? true
        var earlier: EarlierReview?
        if let before,
            let body = try await DeliverableStore.body(
                gate.deliverable, version: before.deliverableVersion, feature: feature.id, revision: feature.revision,
                in: tx)
        {
            earlier = EarlierReview(
                blocking: before.recommendation.blocking, changes: try deliverables.changes(at: gate, since: body))
        }
        let round = before.map { $0.round + (mayAskModel ? 1 : 0) } ?? 1
        return GateInputs(
            gate: gate, version: version, round: round, subject: try deliverables.subject(at: gate), earlier: earlier,
            mayAskModel: mayAskModel)
    }

    /// The newest version of the gate's deliverable, unless it was reviewed already.
    static func unreviewedVersion(
        at gate: Gate, _ feature: FeatureRecord, in tx: Transaction
    ) async throws -> Int? {
        let newest = try await DeliverableStore.newestVersion(
            gate.deliverable, feature: feature.id, revision: feature.revision, in: tx)
        let review = try await GateReviewStore.newest(
            at: gate, feature: feature.id, revision: feature.revision, in: tx)
        return newest == review?.deliverableVersion ? nil : newest
    }
}

extension Deliverables {
    fileprivate func subject(at gate: Gate) throws -> AlignmentSubject {
        switch gate {
        case .spec: .spec(brief, try requireSpec())
        case .plan: .plan(brief, try requireSpec(), try requirePlan())
        case .tests: .tests(brief, try requireSpec(), try requirePlan(), try requireTests())
        }
    }

    /// What the gate's deliverable has that `body`, a version of it, has not, and the other way round.
    fileprivate func changes(at gate: Gate, since body: JSON) throws -> DeliverableChanges {
        switch gate {
        case .spec: DeliverableChanges(from: try Spec(stored: body), to: try requireSpec())
        case .plan: DeliverableChanges(from: try Plan(stored: body), to: try requirePlan())
        case .tests: DeliverableChanges(from: try TestPlan(stored: body), to: try requireTests())
        }
    }
}
