internal import Conversation
internal import Features
internal import Jobs
internal import Kernel
internal import ModelGateway
internal import Postgres
internal import Telemetry

extension StepRunner {
    /// The business analyst answers. Its text is kept in pieces as it comes, so that the API can pass it on, and the
    /// answer is finished whether or not anybody listens.
    func answerChat(_ lease: Lease) async throws {
        guard let message = lease.message, let id = lease.featureID else { throw StaleStep() }
        let (run, inputs) = try await begin(.chat, .analyst, lease) { _ in
            nil
        } load: { feature, tx in
            guard try await ChatStore.status(of: message, feature: id, in: tx) == .streaming else { throw StaleStep() }
            return try await ChatInputs(message, feature, wantsProposal: lease.wantsProposal, in: tx)
        }
        let leak = PromptLeak(PromptLibrary.prompt(for: .analyst))
        let stream = AnswerStream(
            message: message, feature: id, lease: lease, database: services.database, leak: leak, after: inputs.pieces)
        if inputs.pieces > 0 { try await stream.restart() }

        var conversation = AgentConversation(inputs.task, model: run.model, maxTokens: run.maxTokens)
        var answer: AnalystAnswer?
        var shown = ""
        while answer == nil {
            let said = conversation.progress
            let reply = try await run.reply(to: conversation.request) { text in try await stream.add(text) }
            shown += reply.text
            switch conversation.receive(reply) {
            case .answer(let whole): answer = whole
            case .callAgain where conversation.progress.continuations > said.continuations:
                // It was cut at its maximum length and goes on where it stopped.
                break
            case .callAgain:
                try await stream.restart()
                try await stream.add(said.text)
                shown = said.text
            case .failed(let failure): throw failure
            }
        }
        guard var answer else { throw StaleStep() }
        // The question came as the input of a tool: it has not been shown yet.
        if answer.text.hasPrefix(shown) { try await stream.add(String(answer.text.dropFirst(shown.count))) }
        try await stream.end()
        if stream.hasLeaked || leak.isLeak(answer.text) {
            answer = AnalystAnswer(text: Self.withheld, brief: nil)
            services.logger.warning("an answer repeated its prompt and was withheld", ("job", .id(lease.job)))
            services.metrics.counter(
                "prompt_leaks_withheld_total", "Answers of the analyst that repeated its instructions."
            ).increment()
            try await stream.restart()
            try await stream.add(answer.text)
            try await stream.end()
        }
        try await keep(answer, as: message, inputs, lease)
    }

    private func keep(
        _ answer: AnalystAnswer, as message: MessageID, _ inputs: ChatInputs, _ lease: Lease
    ) async throws {
        let changes: JSON? =
            if let old = inputs.state.brief, let new = answer.brief { BriefChanges(from: old, to: new).json } else {
                nil
            }
        let parts = AnswerParts(
            question: answer.question?.text, why: answer.question?.why, options: answer.question?.options ?? [],
            // What was understood stays understood while the analyst speaks of other things.
            understood: answer.understood.isEmpty ? inputs.understood : answer.understood, changes: changes)
        try await commit(lease) { feature, tx in
            let isDraft = feature.status == .drafting
            if isDraft, let brief = answer.brief {
                let version = try await DeliverableStore.add(
                    .brief, body: brief.json, markdown: brief.markdown(), feature: feature.id,
                    revision: feature.revision, tenant: lease.tenant, run: RunID(lease.job.description), in: tx)
                try await EventStore.append(
                    .briefProposed,
                    [
                        "message_id": .string(message.description), "revision": .integer(Int64(feature.revision)),
                        "version": .integer(Int64(version)),
                    ], feature: feature.id, tenant: lease.tenant, in: tx)
            }
            try await AnswerStore.finish(
                message, text: answer.text.isEmpty ? Self.wordlessProposal : answer.text, proposal: answer.brief?.json,
                parts: parts, failure: nil, feature: feature.id, tenant: lease.tenant, in: tx)
        }
    }

    /// Some models propose without a word.
    private static let wordlessProposal = "This is the brief I propose. Confirm it, or tell me what to change."

    /// In the place of an answer that repeats the prompt.
    private static let withheld =
        "That answer was made of my own instructions, so it was withheld. Tell me what the software should do."
}

extension Lease {
    /// The person asked for the brief, not for another question.
    fileprivate var wantsProposal: Bool { payload["propose"]?.bool ?? false }
}

/// What an answer is made from.
private struct ChatInputs: Sendable {
    let history: [ChatMessage]
    let earlier: Int
    let state: PipelineState
    let attachments: [AttachedFile]
    let understood: [String]
    let mustPropose: Bool
    let pieces: Int

    init(_ message: MessageID, _ feature: FeatureRecord, wantsProposal: Bool, in tx: Transaction) async throws {
        history = try await ChatStore.history(of: feature.id, limit: 60, in: tx)
        earlier = try await ChatStore.count(of: feature.id, in: tx) - history.count
        understood = history.last { $0.author == .assistant && !$0.parts.understood.isEmpty }?.parts.understood ?? []
        let asked = try await ChatStore.questions(of: feature.id, in: tx)
        let limit = AgentTask<AnalystAnswer>.maximumQuestions
        mustPropose = wantsProposal || feature.status == .drafting && asked >= limit
        var details = try await StateOfWork.details(of: feature, in: tx)
        details["understood_so_far"] = .array(understood.map(JSON.string))
        details["questions_asked"] = .integer(Int64(asked))
        details["questions_allowed"] = .integer(Int64(limit))
        state = try await StateOfWork.state(of: feature, details: details, in: tx)
        attachments = try await AttachedFile.all(of: feature, upTo: AttachedFile.chatBytes, in: tx)
        pieces = try await AnswerStore.pieces(of: message, feature: feature.id, in: tx)
    }

    var task: AgentTask<AnalystAnswer> {
        .analyst(
            history: history.map(\.line), earlier: earlier, state: state, attachments: attachments,
            mustPropose: mustPropose)
    }
}

extension AttachedFile {
    /// The files of a feature, as far as an agent with this much room may read of one.
    static func all(of feature: FeatureRecord, upTo limit: Int, in tx: Transaction) async throws -> [AttachedFile] {
        try await AttachmentStore.openings(of: feature.id, limit: limit, in: tx).map {
            AttachedFile(name: $0.name, bytes: $0.bytes, opening: $0.opening)
        }
    }
}

extension ChatMessage {
    /// As the analyst reads it again, with what the person saw beside the text.
    fileprivate var line: ChatLine {
        guard author == .assistant else {
            let names = (attachments.array ?? []).compactMap { $0["name"]?.string }
            let note = names.isEmpty ? "" : "\n\n[Attached: \(names.joined(separator: ", "))]"
            return ChatLine(.person, text + note)
        }
        let options = parts.options.enumerated().map { "\n\($0.offset + 1). \($0.element)" }.joined()
        return ChatLine(.analyst, text + options)
    }
}
