internal import Conversation
internal import Features
internal import Jobs
internal import Kernel
internal import Postgres

extension StepRunner {
    /// The business analyst answers. Its text is kept in pieces as it comes, so that the API can pass it on, and the
    /// answer is finished whether or not anybody listens.
    func answerChat(_ lease: Lease) async throws {
        guard let message = lease.message, let id = lease.featureID else { throw StaleStep() }
        let (run, inputs) = try await begin(.chat, .analyst, lease) { _ in
            nil
        } load: { feature, tx in
            guard try await ChatStore.status(of: message, feature: id, in: tx) == .streaming else { throw StaleStep() }
            return ChatInputs(
                history: try await ChatStore.history(of: id, limit: 60, in: tx),
                state: try await Self.pipelineState(feature, in: tx),
                pieces: try await AnswerStore.pieces(of: message, feature: id, in: tx))
        }
        let stream = AnswerStream(
            message: message, feature: id, lease: lease, database: services.database, after: inputs.pieces)
        if inputs.pieces > 0 { try await stream.restart() }

        let task = AgentTask.analyst(
            history: inputs.history.map { ChatLine($0.author == .user ? .person : .analyst, $0.text) },
            state: inputs.state)
        var conversation = AgentConversation(task, model: run.model, maxTokens: run.maxTokens)
        var answer: AnalystAnswer?
        while answer == nil {
            let said = conversation.progress
            let reply = try await run.reply(to: conversation.request) { text in try await stream.add(text) }
            switch conversation.receive(reply) {
            case .answer(let whole): answer = whole
            case .callAgain where conversation.progress.continuations > said.continuations:
                // It was cut at its maximum length and goes on where it stopped.
                break
            case .callAgain:
                try await stream.restart()
                try await stream.add(said.text)
            case .failed(let failure): throw failure
            }
        }
        try await stream.flush()
        guard let answer else { throw StaleStep() }
        try await commit(lease) { feature, tx in
            let isDraft = feature.status == .drafting
            if isDraft, let brief = answer.brief {
                let version = try await DeliverableStore.add(
                    .brief, body: brief.json, markdown: brief.markdown(), feature: id, revision: feature.revision,
                    tenant: lease.tenant, run: RunID(lease.job.description), in: tx)
                try await EventStore.append(
                    .briefProposed,
                    [
                        "message_id": .string(message.description), "revision": .integer(Int64(feature.revision)),
                        "version": .integer(Int64(version)),
                    ], feature: id, tenant: lease.tenant, in: tx)
            }
            try await AnswerStore.finish(
                message, text: answer.text.isEmpty ? Self.wordlessProposal : answer.text, proposal: answer.brief?.json,
                failure: nil, feature: id,
                tenant: lease.tenant, in: tx)
        }
    }

    /// Some models propose without a word.
    private static let wordlessProposal = "This is the brief I propose. Confirm it, or tell me what to change."

    /// Where the feature stands, as the analyst may tell it.
    private static func pipelineState(_ feature: FeatureRecord, in tx: Transaction) async throws -> PipelineState {
        let state = try await FeatureStore.state(of: feature, in: tx)
        let brief = try await DeliverableStore.newest(
            .brief, feature: feature.id, revision: feature.revision, in: tx)
        return PipelineState(
            status: feature.status.rawValue, revision: feature.revision,
            allowedActions: state.allowedActions.map(\.rawValue), brief: try brief.map { try Brief(json: $0) },
            recommendation: try await newestAdvice(feature, in: tx), note: feature.failure)
    }

    private static func newestAdvice(_ feature: FeatureRecord, in tx: Transaction) async throws -> Recommendation? {
        guard let gate = feature.status.gate else { return nil }
        let rows = try await tx.query(
            """
            SELECT verdict, reasons FROM recommendations
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature.id) AND revision = \(feature.revision)
                AND gate = \(gate.rawValue) ORDER BY version DESC LIMIT 1
            """)
        guard let row = rows.first else { return nil }
        return try Recommendation(
            json: ["recommendation": .string(try row.get(0)), "reasons": try row.get(1, as: JSON.self)])
    }
}

private struct ChatInputs: Sendable {
    let history: [ChatMessage]
    let state: PipelineState
    let pieces: Int
}

/// Batches an answer's text into pieces of at least 50 ms, each its own fenced transaction.
private final class AnswerStream {
    private let message: MessageID
    private let feature: FeatureID
    private let lease: Lease
    private let database: Database
    private var sequence: Int
    private var pending = ""
    private var lastFlush = ContinuousClock.now
    private static let interval: Duration = .milliseconds(50)

    init(message: MessageID, feature: FeatureID, lease: Lease, database: Database, after sequence: Int) {
        self.message = message
        self.feature = feature
        self.lease = lease
        self.database = database
        self.sequence = sequence
    }

    func add(_ text: String) async throws {
        pending += text
        if ContinuousClock.now - lastFlush >= Self.interval { try await flush() }
    }

    func flush() async throws {
        guard !pending.isEmpty else { return }
        let text = pending
        pending = ""
        try await write(text)
    }

    /// Tells listeners that the answer starts over.
    func restart() async throws {
        pending = ""
        try await write("")
    }

    private func write(_ text: String) async throws {
        sequence += 1
        lastFlush = .now
        let (sequence, message, feature, lease) = (sequence, message, feature, lease)
        let isWanted = try await database.transaction(.tenant(lease.tenant)) { tx in
            try await lease.fence(in: tx)
            return try await AnswerStore.append(
                text, sequence: sequence, to: message, feature: feature, tenant: lease.tenant, in: tx)
        }
        guard isWanted else { throw StaleStep() }
    }
}
