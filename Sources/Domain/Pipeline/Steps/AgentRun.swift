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
    private let access: ModelAccess
    /// Answers that were paid for already, oldest first, not yet given out again.
    private var kept: ArraySlice<RunStore.Kept>
    /// The number of the last answer, from 1, through all the runs that this one continues.
    private(set) var turn = 0
    /// Whether the last answer was another run's, which broke off.
    private(set) var isInherited = false

    init(
        lease: Lease, agent: AgentName, maxTokens: Int, services: PipelineServices, access: ModelAccess,
        kept: [RunStore.Kept]
    ) {
        self.lease = lease
        self.agent = agent
        self.maxTokens = maxTokens
        self.services = services
        self.access = access
        self.kept = kept[...]
    }

    var model: String { access.model.name }

    /// The answer to `request`: a kept one if there is one, else the model's.
    ///
    /// - Parameter onText: gets the answer's text as it arrives, and that of a kept answer at once.
    /// - Throws: `ModelFailure`, `BudgetRefusal`, `LeaseLost`, `CancellationError`; `StaleStep` when the feature is gone.
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
        let call = try await PaidCall.reserve(
            request, turn: turn, agent: agent, provider: access.key.provider.rawValue, model: model, lease: lease,
            services: services)
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
            await call.lose(after: error, wasSent: isSent)
            if let failure = error as? ModelFailure { try await note(failure) }
            if let trouble = error as? VaultError { throw try await giveUp(after: trouble) }
            throw error
        }
        guard try await call.keep(reply) else { throw StaleStep() }
        lease.progressed()
        return reply
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
