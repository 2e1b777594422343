internal import Jobs
internal import Kernel
internal import Ledger
internal import ModelGateway
internal import Postgres
internal import ProviderKeys
internal import Telemetry
internal import Vault

/// One agent at work under one lease. Its id is the job's (docs/decisions/0004), and every answer it gets is kept before
/// anything is done with it, so whoever takes the job over goes on where this run was.
///
/// Used by one task at a time; not `Sendable`.
final class AgentRun {
    let lease: Lease
    let agent: AgentName
    let maxTokens: Int
    private let services: PipelineServices
    /// What can be used, in the order in which it is tried.
    private let accesses: [ModelAccess]
    /// Which of them is in use. A run that has gone on to the next stays there: its prompt is in that one's cache.
    private var current = 0
    /// Answers that were paid for already, oldest first, not yet given out again.
    private var kept: ArraySlice<RunStore.Kept>
    /// The number of the last answer, from 1, through all the runs that this one continues.
    private(set) var turn = 0
    /// Whether the last answer was another run's, which broke off.
    private(set) var isInherited = false

    init(
        lease: Lease, agent: AgentName, maxTokens: Int, services: PipelineServices, accesses: [ModelAccess],
        kept: [RunStore.Kept]
    ) {
        self.lease = lease
        self.agent = agent
        self.maxTokens = maxTokens
        self.services = services
        self.accesses = accesses
        self.kept = kept[...]
    }

    private var access: ModelAccess { accesses[current] }
    var model: String { access.model.name }

    /// The answer to `request`: a kept one if there is one, else the model's.
    ///
    /// - Parameter onText: gets the answer's text as it arrives, and that of a kept answer at once.
    /// - Throws: `ModelFailure`, `CircuitOpen`, `BudgetRefusal`, `LeaseLost`, `CancellationError`; `StaleStep` when the
    ///   feature is gone.
    func reply(
        to request: ModelRequest, onText: (String) async throws -> Void = { _ in }
    ) async throws -> ModelReply {
        turn += 1
        if let checkpoint = kept.popFirst() {
            isInherited = checkpoint.isInherited
            let reply = try ModelReply(checkpoint: checkpoint.reply)
            try await onText(reply.text)
            return reply
        }
        isInherited = false
        return try await askInTurn(request, onText)
    }

    /// Asks the model in use, and those after it while there is nothing of an answer yet.
    // Not inlined: where it is, the optimiser of Swift 6.3 crashes (CoroSplit, on the error of an inlined coroutine).
    @inline(never)
    private func askInTurn(
        _ request: ModelRequest, _ onText: (String) async throws -> Void
    ) async throws -> ModelReply {
        var earliest: Timestamp?
        while true {
            let circuit = access.circuit(lease)
            switch services.breakers.admit(circuit) {
            case .pass:
                var hasBegun = false
                do {
                    return try await ask(fitted(request), circuit) { text in
                        hasBegun = true
                        try await onText(text)
                    }
                } catch let failure as ModelFailure where failure.isWorthAnotherModel && !hasBegun {
                    guard try await goOn(after: failure.kind.name) else { throw failure }
                }
            case .wait(let until):
                earliest = min(earliest ?? until, until)
                guard try await goOn(after: "circuit_open") else { throw CircuitOpen(until: earliest ?? until) }
            }
        }
    }

    /// The request as the model in use can take it.
    private func fitted(_ request: ModelRequest) -> ModelRequest {
        var request = request
        request.model = access.model.name
        request.maxTokens = min(request.maxTokens, access.model.maxOutput)
        return request
    }

    /// Takes the next model, whose key the audit then sees opened.
    private func goOn(after reason: String) async throws -> Bool {
        guard current + 1 < accesses.count else { return false }
        let (from, to) = (accesses[current], accesses[current + 1])
        current += 1
        services.logger.warning(
            "another model goes on", ("job", .id(lease.job)), ("agent", .string(agent.rawValue)),
            ("from", .string(from.model.name)), ("to", .string(to.model.name)), ("reason", .string(reason)))
        services.metrics.counter(
            "model_fallbacks_total", "Calls that another model had to answer.",
            labels: [("provider", from.key.provider.rawValue), ("reason", reason)]
        ).increment()
        let (signer, job) = (services.opener.auditSigner, lease.job)
        try await services.database.transaction(.tenant(lease.tenant)) { [lease] tx in
            try await lease.fence(in: tx)
            try await KeyRing.use(to.key, by: signer, job: job, in: tx)
        }
        return true
    }

    private func ask(
        _ request: ModelRequest, _ circuit: CircuitBreakers.Circuit, _ onText: (String) async throws -> Void
    ) async throws -> ModelReply {
        var isDecided = false
        // A call that tells nothing of the provider lets the next one find out.
        defer { if !isDecided { services.breakers.abandoned(circuit) } }
        let call = try await PaidCall.reserve(
            request, turn: turn, agent: agent, access: access, lease: lease, services: services)
        let reply: ModelReply
        var isSent = false
        do {
            // In the clear from here to the end of the call, and wiped then.
            let secret = try services.opener.open(access.key.sealed, as: access.key.identity)
            isSent = true
            reply = try await access.client.stream(request, key: secret) { event in
                if case .text(let text) = event { try await onText(text) }
            }
        } catch {
            if let failure = error as? ModelFailure {
                isDecided = true
                tell(circuit, of: failure)
            }
            await call.lose(after: error, wasSent: isSent)
            if let failure = error as? ModelFailure { try await note(failure) }
            if let trouble = error as? VaultError { throw try await giveUp(after: trouble) }
            throw error
        }
        isDecided = true
        services.breakers.answered(circuit)
        guard try await call.keep(reply) else { throw StaleStep() }
        lease.progressed()
        return reply
    }

    private func tell(_ circuit: CircuitBreakers.Circuit, of failure: ModelFailure) {
        guard failure.isProvidersFault else { return services.breakers.answered(circuit) }
        guard let until = services.breakers.failed(circuit) else { return }
        services.logger.warning(
            "a provider is left alone for a while", ("tenant", .id(lease.tenant)),
            ("provider", .string(access.key.provider.rawValue)), ("until", .string(until.description)))
        services.metrics.counter(
            "circuit_openings_total", "Times that a provider was left alone after failing again and again.",
            labels: [("provider", access.key.provider.rawValue)]
        ).increment()
    }

    /// A key that the provider refuses is marked, so that nothing else tries it and its owner sees why; one that it asks
    /// to slow down with, so that another goes first.
    private func note(_ failure: ModelFailure) async throws {
        let status: KeyStatus
        switch failure.kind {
        case .invalidKey: status = .invalid
        case .exhausted: status = .exhausted
        case .throttled(let until?): status = .throttled(until: until)
        default: return
        }
        let (identity, signer, job) = (access.key.identity, services.opener.auditSigner, lease.job)
        try await services.database.transaction(.tenant(lease.tenant)) { tx in
            try await KeyRing.mark(identity, status, by: signer, job: job, in: tx)
        }
    }

    /// A record that does not open is as good as a key that the provider refuses: another goes on, or its owner enters it
    /// anew. But a KEK that this worker was not given may be another worker's.
    private func giveUp(after trouble: VaultError) async throws -> any Error {
        if case .unknownKEK = trouble { return trouble }
        let (identity, signer, job) = (access.key.identity, services.opener.auditSigner, lease.job)
        services.logger.error(
            "a key cannot be opened", ("key", .id(identity.secretID)), ("tenant", .id(identity.tenant)),
            ("reason", .string(trouble.description)))
        try await services.database.transaction(.tenant(lease.tenant)) { tx in
            try await KeyRing.markUnreadable(identity, by: signer, job: job, in: tx)
        }
        return ModelFailure(
            .invalidKey, sentence: "The stored key cannot be opened any more. Enter it again in the settings.",
            diagnostic: trouble.description)
    }

    /// Asks until the agent has given an answer that can be used.
    func converse<Answer: Sendable>(
        _ task: AgentTask<Answer>, onText: (String) async throws -> Void = { _ in }
    ) async throws -> Answer {
        var conversation = AgentConversation(task, model: model, maxTokens: maxTokens)
        while true {
            let reply = try await reply(to: conversation.request, onText: onText)
            switch conversation.receive(reply) {
            case .answer(let answer): return answer
            case .callAgain: continue
            case .failed(let failure): throw failure
            }
        }
    }
}

/// Every model that could be asked is at a provider in trouble.
struct CircuitOpen: Error { let until: Timestamp }
