internal import Features
internal import Jobs
internal import Kernel
internal import Postgres

/// The three stages that each write one deliverable and end at a gate.
extension StepRunner {
    func writeSpec(_ lease: Lease) async throws {
        let (run, (inputs, rework)) = try await beginStage(.spec, .spec, lease)
        let spec = try await run.converse(
            AgentTask.spec(
                from: inputs.brief, attachments: inputs.attachments, track: inputs.track,
                rework: try rework.map { ($0, try inputs.requireSpec()) }))
        try await commitStage(.spec, spec, lease)
    }

    func writePlan(_ lease: Lease) async throws {
        let (run, (inputs, rework)) = try await beginStage(.plan, .planner, lease)
        let plan = try await run.converse(
            AgentTask.plan(
                brief: inputs.brief, spec: inputs.requireSpec(), track: inputs.track,
                rework: try rework.map { ($0, try inputs.requirePlan()) }))
        try await commitStage(.plan, plan, lease)
    }

    func writeTests(_ lease: Lease) async throws {
        let (run, (inputs, rework)) = try await beginStage(.tests, .contractTest, lease)
        let tests = try await run.converse(
            AgentTask.tests(
                brief: inputs.brief, spec: inputs.requireSpec(), plan: inputs.requirePlan(),
                track: inputs.track, rework: try rework.map { ($0, try inputs.requireTests()) }))
        try await commitStage(.tests, tests, lease)
    }

    private func beginStage(
        _ gate: Gate, _ agent: AgentName, _ lease: Lease
    ) async throws -> (AgentRun, (Deliverables, Rework?)) {
        try await begin(gate.step, agent, lease) { feature in
            if feature.status == gate.generating { return nil }
            // The approval of the gate before is what this stage begins with.
            guard let before = Gate.allCases.first(where: { $0.next == gate.generating }),
                feature.status == before.approved
            else { throw StaleStep() }
            return Transition(from: before.approved, to: gate.generating, revision: feature.revision)
        } load: { feature, tx in
            (
                try await Deliverables.load(feature, in: tx),
                // A version that was at the gate is mended, not written anew.
                try await ReworkStore.pending(at: gate, feature: feature.id, revision: feature.revision, in: tx)
            )
        }
    }

    private func commitStage(_ gate: Gate, _ deliverable: some Deliverable, _ lease: Lease) async throws {
        let kind = type(of: deliverable).kind
        try await commit(lease) { feature, tx in
            let version = try await DeliverableStore.add(
                kind, body: deliverable.json, markdown: deliverable.markdown(), feature: feature.id,
                revision: feature.revision, tenant: lease.tenant, run: RunID(lease.job.description), in: tx)
            try await EventStore.append(
                .deliverableReady,
                [
                    "kind": .string(kind.rawValue), "revision": .integer(Int64(feature.revision)),
                    "version": .integer(Int64(version)),
                ], feature: feature.id, tenant: lease.tenant, in: tx)
            try await estimateStage(after: gate, feature, tenant: lease.tenant, in: tx)
            let namesItself = gate == .spec && feature.titledBy == "draft"
            try await FeatureStore.apply(
                Transition(
                    from: gate.generating, to: gate.ready, revision: feature.revision,
                    steps: namesItself ? [.alignment, .title] : [.alignment]),
                to: feature.id, tenant: lease.tenant, in: tx)
        }
    }
}

/// What has been approved so far in a revision.
struct Deliverables: Sendable {
    let brief: Brief
    let spec: Spec?
    let plan: Plan?
    let tests: TestPlan?
    /// What people sent along with the talk.
    let attachments: [AttachedFile]
    let track: Track

    static func load(_ feature: FeatureRecord, in tx: Transaction) async throws -> Deliverables {
        func body(_ kind: DeliverableKind) async throws -> JSON? {
            try await DeliverableStore.newest(kind, feature: feature.id, revision: feature.revision, in: tx)
        }
        guard let brief = try await body(.brief) else { throw StaleStep() }
        let (spec, plan, tests) = (try await body(.spec), try await body(.plan), try await body(.tests))
        return Deliverables(
            brief: try Brief(stored: brief), spec: try spec.map { try Spec(stored: $0) },
            plan: try plan.map { try Plan(stored: $0) }, tests: try tests.map { try TestPlan(stored: $0) },
            attachments: try await AttachedFile.all(of: feature, upTo: AttachedFile.specBytes, in: tx),
            track: feature.track)
    }

    func requireSpec() throws -> Spec { try Self.require(spec) }
    func requirePlan() throws -> Plan { try Self.require(plan) }
    func requireTests() throws -> TestPlan { try Self.require(tests) }

    private static func require<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw StaleStep() }
        return value
    }
}
