internal import Features
internal import Jobs
internal import Kernel
internal import Postgres

extension StepRunner {
    /// The alignment reviewer reads what waits at a gate and leaves APPROVE or REVISE with reasons. What the mechanical
    /// checks find makes it REVISE whatever the model says. With autopilot an APPROVE approves by itself.
    func adviseAtGate(_ lease: Lease) async throws {
        let (run, (gate, inputs)) = try await begin(.alignment, .alignmentReview, lease) { feature in
            guard feature.status.gate != nil else { throw StaleStep() }
            return nil
        } load: { feature, tx in
            (feature.status.gate!, try await Deliverables.load(feature, in: tx))
        }
        let recommendation = try await run.converse(AgentTask.align(inputs.subject(at: gate)))

        try await commit(lease) { feature, tx in
            guard feature.status == gate.ready else { throw StaleStep() }
            let reasons = JSON.array(recommendation.reasons.map(\.json))
            _ = try await tx.execute(
                """
                INSERT INTO recommendations (tenant_id, feature_id, revision, gate, version, verdict, reasons, run_id)
                SELECT \(lease.tenant), \(feature.id), \(feature.revision), \(gate.rawValue),
                    coalesce(max(version), 0) + 1, \(recommendation.verdict.rawValue), \(reasons),
                    \(lease.job.description)::uuid
                FROM recommendations WHERE tenant_id = \(lease.tenant) AND feature_id = \(feature.id)
                    AND revision = \(feature.revision) AND gate = \(gate.rawValue)
                """)
            try await EventStore.append(
                .recommendationReady,
                [
                    "gate": .string(gate.rawValue), "revision": .integer(Int64(feature.revision)),
                    "recommendation": .string(recommendation.verdict.rawValue), "reasons": reasons,
                ], feature: feature.id, tenant: lease.tenant, in: tx)
            guard feature.autopilot, recommendation.verdict == .approve else { return }
            let state = feature.state(hasBrief: true)
            if case .go(let transition) = state.approve(gate, revision: feature.revision) {
                try await FeatureStore.apply(transition, to: feature.id, tenant: lease.tenant, in: tx)
            }
        }
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
}
