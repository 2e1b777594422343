internal import Artifacts
internal import Features
package import Jobs
internal import Kernel
internal import Ledger
internal import ModelGateway
internal import ObjectStore
internal import Postgres
internal import ProviderKeys
internal import Telemetry
internal import Vault

/// Does the pipeline's jobs. A step reads in one transaction, talks to models in none, and writes its output, its event
/// and the next jobs in one more, which its lease fences.
package struct StepRunner: Sendable {
    let services: PipelineServices

    package init(services: PipelineServices) { self.services = services }

    /// One handler for each kind of job.
    package var handlers: [String: JobHandler] {
        var handlers: [String: JobHandler] = [
            deleteObjectsJob: { lease, _ in try await deleteObjects(lease) }
        ]
        for step in Step.allCases {
            handlers[step.rawValue] = { lease, _ in try await run(step, lease) }
        }
        return handlers
    }

    /// A job that is buried (its worker died again and again, or nobody could read it) must not leave its feature
    /// waiting for ever.
    package var undertaker: JobUndertaker {
        { lease, _, tx in
            guard let step = Step(rawValue: lease.kind), let id = lease.featureID else { return }
            let known = try await tx.query("SELECT 1 FROM features WHERE tenant_id = \(lease.tenant) AND id = \(id)")
            guard !known.isEmpty else { return }
            try await Self.recordFailure(of: step, lease, id, reason: Self.brokenOff, answers: .suspect, in: tx)
        }
    }

    private static let shortestSnooze: Duration = .seconds(2)

    private static let brokenOff = """
        This step broke off on our side again and again. Nothing you did caused it: retry, and tell us if it goes on.
        """

    /// Runs a step to its end, whatever end that is.
    private func run(_ step: Step, _ lease: Lease) async throws -> JobOutcome {
        do {
            switch step {
            case .spec: try await writeSpec(lease)
            case .plan: try await writePlan(lease)
            case .tests: try await writeTests(lease)
            case .implement: try await implement(lease)
            case .securityReview: try await review(.security, lease)
            case .codeReview: try await review(.code, lease)
            case .verdict: try await reachVerdict(lease)
            case .alignment: try await adviseAtGate(lease)
            case .title: try await findTitle(lease)
            case .chat: try await answerChat(lease)
            }
            return .completed
        } catch {
            return try await end(step, lease, after: error)
        }
    }

    /// What an error means for the job and for the feature.
    private func end(_ step: Step, _ lease: Lease, after error: any Error) async throws -> JobOutcome {
        switch error {
        case let parked as ParkedStep: return .snoozed(until: parked.until)
        case let open as CircuitOpen:
            return try await wait(.provider(until: max(open.until, .now + Self.shortestSnooze)), step, lease)
        case let refusal as BudgetRefusal: return try await waitForBudget(refusal.shortage, step, lease)
        case is StaleStep, is StaleTransition: try await drop(step, lease)
        case let problem as Problem where problem.status == 404: try await drop(step, lease)
        case let problem as Problem where problem.isDatabaseOutage: throw problem
        case let failure as ObjectStoreError where failure.isRetryable:
            services.logger.warning(
                "the object store is away", ("step", .string(step.rawValue)), ("job", .id(lease.job)),
                ("error", .error(failure)))
            return try await wait(.storage(until: .now + Self.storagePause), step, lease)
        case is LeaseLost, is CancellationError: throw error
        // What was interrupted says so in words of its own; it is not the step that broke off.
        case _ where Task.isCancelled: throw CancellationError()
        case let failure as ModelFailure:
            services.logger.warning(
                "a model call failed", ("step", .string(step.rawValue)), ("job", .id(lease.job)),
                ("kind", .string(failure.kind.name)), ("diagnostic", .string(failure.diagnostic)))
            if let until = failure.until {
                // A snooze spends no attempt: "retry after 0" must not become a loop as fast as the provider answers.
                return try await wait(.rateLimit(until: max(until, .now + Self.shortestSnooze)), step, lease)
            }
            let needsKey = failure.kind == .invalidKey || failure.kind == .exhausted
            // The key is marked by now: another one goes on at once, or the feature says that it waits for one.
            if needsKey, step != .chat { return .snoozed(until: .now) }
            let mayTryAgain = failure.isRetryable || failure.kind == .incomplete
            if mayTryAgain, !lease.isLastAttempt {
                throw JobFailure(retryable: true, reason: failure.publicSentence)
            }
            try await fail(step, lease, reason: failure.publicSentence)
        case let failure as AgentFailure:
            // A conversation that went wrong is begun anew; what the implementer has written stays written.
            try await fail(step, lease, reason: failure.sentence, answers: step == .implement ? .good : .bad)
        case let error as CatalogueError: try await fail(step, lease, reason: error.publicSentence)
        case let failure as StepFailure: try await fail(step, lease, reason: failure.sentence)
        case let failure as StorageFull: try await fail(step, lease, reason: failure.sentence)
        case let failure as FileTreeError: try await fail(step, lease, reason: failure.sentence)
        default:
            services.logger.error(
                "a step broke off", ("step", .string(step.rawValue)), ("job", .id(lease.job)), ("error", .error(error)))
            if !lease.isLastAttempt { throw JobFailure(retryable: true, reason: "The step broke off on our side.") }
            try await fail(step, lease, reason: Self.brokenOff, answers: .suspect)
        }
        return .completed
    }

    private static let storagePause: Duration = .seconds(15)

    /// The step is no longer wanted: its feature has moved on, or is gone. Nothing of it stays.
    ///
    /// Unless a retry wants it again by now: it enqueues no second job beside this one.
    private func drop(_ step: Step, _ lease: Lease) async throws {
        try await services.database.transaction(.tenant(lease.tenant)) { tx in
            try await lease.fence(in: tx)
            if let id = lease.featureID, step.movesFeature,
                try await FeatureStore.isWaiting(id, for: step, revision: lease.revision, in: tx)
            {
                throw JobFailure(retryable: true, reason: "its feature waits for this step again")
            }
            try await lease.complete(in: tx)
            _ = try await RunStore.finish(lease.job.description, status: .superseded, tenant: lease.tenant, in: tx)
        }
    }

    /// Opens a step: checks that it is still wanted, enters its status, begins or finds its run, and reads its inputs.
    ///
    /// - Parameters:
    ///   - enter: the transition into the step's status, `nil` when it is in it already; throws `StaleStep` when the
    ///     feature does not wait for this step.
    ///   - load: reads what the agent works from, in the same snapshot.
    ///   - complexity: how much there is to it, where the route of the agent may ask for that.
    func begin<Inputs: Sendable>(
        _ step: Step, _ agent: AgentName, _ lease: Lease,
        enter: @escaping @Sendable (FeatureRecord) throws -> Transition?,
        load: @escaping @Sendable (FeatureRecord, Transaction) async throws -> Inputs,
        complexity: @escaping @Sendable (Inputs) throws -> Complexity? = { _ in nil }
    ) async throws -> (AgentRun, Inputs) {
        guard let id = lease.featureID else { throw StaleStep() }
        let isDevelopment = services.developmentModel != nil
        let opened = try await services.database.transaction(.tenant(lease.tenant)) { tx -> Opened<Inputs>? in
            try await lease.fence(in: tx)
            let feature = try await FeatureStore.load(id, in: tx, lock: true)
            guard lease.isWanted(in: feature.revision) else { throw StaleStep() }
            if feature.isPaused, step != .chat { return try await Self.park(lease, in: tx) }
            if let transition = try enter(feature) {
                try await FeatureStore.apply(transition, to: id, tenant: lease.tenant, in: tx)
            }
            let inputs = try await load(feature, tx)
            let complexity = try complexity(inputs)
            let order = try await modelOrder(
                agent, tier: complexity?.tier ?? agent.tier(on: feature.track), for: lease, in: tx)
            let accesses = try await accesses(to: order.models, for: id, lease, in: tx)
            guard let first = accesses.first else {
                guard step != .chat else { throw StepFailure(Self.noKey(for: order.models)) }
                if feature.waiting != .key {
                    try await FeatureStore.setWaiting(.key, id, tenant: lease.tenant, in: tx)
                }
                return try await Self.park(lease, in: tx)
            }
            if feature.waiting != nil, step != .chat, try await !othersWait(feature, lease, in: tx) {
                try await FeatureStore.setWaiting(nil, id, tenant: lease.tenant, in: tx)
            }
            let run = lease.job.description
            let isNew = try await RunStore.begin(
                RunStore.Start(
                    id: run, feature: id.description, revision: feature.revision, agent: agent.rawValue,
                    step: step.rawValue, provider: first.key.provider.rawValue, model: first.model.name,
                    promptVersion: PromptLibrary.prompt(for: agent).reference, isDevelopment: isDevelopment,
                    mayContinue: step.movesFeature),
                tenant: lease.tenant, in: tx)
            if isNew {
                var told: JSONObject = [
                    "run_id": .string(run), "agent": .string(agent.rawValue), "model": .string(first.model.name),
                ]
                if let complexity { told["complexity"] = complexity.json }
                try await EventStore.append(
                    .runStarted, .object(told), feature: id, tenant: lease.tenant, in: tx)
            }
            let kept = try await RunStore.turns(of: run, tenant: lease.tenant, in: tx)
            // Last: from here on the tenant's audit is locked until the commit.
            try await KeyRing.use(first.key, by: services.opener.auditSigner, job: lease.job, in: tx)
            return Opened(inputs: inputs, accesses: accesses, maxTokens: order.maxTokens, kept: kept)
        }
        guard let opened else { throw ParkedStep(until: .at(.never)) }
        let run = AgentRun(
            lease: lease, agent: agent, maxTokens: opened.maxTokens, services: services, accesses: opened.accesses,
            kept: opened.kept)
        return (run, opened.inputs)
    }

    /// Puts the job off until somebody wakes it, in the transaction that saw why.
    private static func park<Inputs>(_ lease: Lease, in tx: Transaction) async throws -> Opened<Inputs>? {
        try await lease.snooze(until: .at(.never), in: tx)
        return nil
    }

    /// Others are not ready: the feature says what it waits for and until when, and the slot is free.
    private func wait(_ waiting: Waiting, _ step: Step, _ lease: Lease) async throws -> JobOutcome {
        guard let id = lease.featureID else { throw StaleStep() }
        let due = waiting.until.map(NewJob.Due.at) ?? .now
        try await services.database.transaction(.tenant(lease.tenant)) { tx in
            try await lease.snooze(until: due, in: tx)
            guard step != .chat else { return }
            _ = try await FeatureStore.load(id, in: tx, lock: true)
            try await FeatureStore.setWaiting(waiting, id, tenant: lease.tenant, in: tx)
        }
        return .snoozed(until: due)
    }

    /// Closes a step: everything it leads to, in one transaction that only the lease's holder can commit.
    func commit(
        _ lease: Lease, _ body: @escaping @Sendable (FeatureRecord, Transaction) async throws -> Void
    ) async throws {
        guard let id = lease.featureID else { throw StaleStep() }
        try await services.database.transaction(.tenant(lease.tenant)) { tx in
            try await lease.complete(in: tx)
            let feature = try await FeatureStore.load(id, in: tx, lock: true)
            guard lease.isWanted(in: feature.revision) else { throw StaleStep() }
            try await body(feature, tx)
            try await RunStore.end(
                lease.job.description, of: id, status: .succeeded, error: nil, tenant: lease.tenant, in: tx)
        }
    }
}

/// What a step's first transaction found.
private struct Opened<Inputs: Sendable>: Sendable {
    let inputs: Inputs
    let accesses: [ModelAccess]
    let maxTokens: Int
    let kept: [RunStore.Kept]
}

/// The step has given its slot back: it goes on when what it waits for has come.
struct ParkedStep: Error { let until: NewJob.Due }

/// The feature does not wait for this step any more.
struct StaleStep: Error {}

/// The step cannot go on, for a reason that a person can do something about.
struct StepFailure: Error {
    let sentence: String
    init(_ sentence: String) { self.sentence = sentence }
}

extension Lease {
    var featureID: FeatureID? { feature(as: FeatureSubject.self) }

    /// A step belongs to the revision it was asked for; the talk goes on through all of them.
    func isWanted(in revision: Int) -> Bool { kind == Step.chat.rawValue || self.revision == revision }
}
