package import Features
package import Kernel
package import Postgres

/// The talk's rows.
package enum ChatStore {
    /// The NOTIFY channel for pieces of an answer; the payload is the message's id.
    package static let channel = "chat_deltas"

    /// Adds what a person said and the place of the answer, and asks a worker for the answer, in one transaction.
    ///
    /// - Parameter mustPropose: the person wants the brief now, not another question.
    /// - Returns: the id of the answer to come.
    /// - Throws: `Problem` while an earlier answer is still being written, and for more files than a feature holds.
    package static func ask(
        _ text: String, attachments: [NewAttachment] = [], mustPropose: Bool = false, feature: FeatureID,
        by principal: Principal, in tx: Transaction
    ) async throws -> (question: MessageID, answer: MessageID) {
        let pending = try await tx.query(
            """
            SELECT 1 FROM chat_messages WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature)
                AND status = 'streaming' LIMIT 1
            """)
        guard pending.isEmpty else {
            throw Problem(
                "answer-in-progress", status: 409, title: "The analyst is still answering",
                detail: "Wait for the answer to your last message, then send the next one.")
        }
        let revision = try await FeatureStore.load(feature, in: tx).revision
        // Two new ids of one millisecond may sort either way; the answer must come after its question.
        let question = MessageID.new()
        let answer = MessageID.new(at: .now + .milliseconds(1))
        _ = try await tx.execute(
            """
            INSERT INTO chat_messages (tenant_id, feature_id, id, role, status, text, created_by)
            VALUES (\(principal.tenant), \(feature), \(question), 'user', 'complete', \(text), \(principal.user)),
                (\(principal.tenant), \(feature), \(answer), 'assistant', 'streaming', '', NULL)
            """)
        try await AttachmentStore.add(attachments, to: question, feature: feature, by: principal, in: tx)
        try await EventStore.append(
            .messageAdded, ["message_id": .string(question.description), "role": "user"], feature: feature,
            tenant: principal.tenant, in: tx)
        try await FeatureStore.enqueue(
            .chat, feature: feature, revision: revision,
            payload: ["message_id": .string(answer.description), "propose": .bool(mustPropose)],
            tenant: principal.tenant, in: tx)
        return (question, answer)
    }

    /// How many whole messages there are.
    package static func count(of feature: FeatureID, in tx: Transaction) async throws -> Int {
        let rows = try await tx.query(
            """
            SELECT count(*) FROM chat_messages
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature) AND status = 'complete'
            """)
        return try rows[0].get(0)
    }

    /// How many questions the analyst has asked since it last proposed a brief.
    package static func questions(of feature: FeatureID, in tx: Transaction) async throws -> Int {
        let rows = try await tx.query(
            """
            SELECT count(*) FROM chat_messages m
            WHERE m.tenant_id = (SELECT app.tenant()) AND m.feature_id = \(feature) AND m.parts ->> 'question' IS NOT NULL
                AND NOT EXISTS (SELECT FROM chat_messages later WHERE later.tenant_id = m.tenant_id
                    AND later.feature_id = m.feature_id AND later.id >= m.id AND later.proposal IS NOT NULL)
            """)
        return try rows[0].get(0)
    }

    /// Whole messages, oldest first.
    package static func history(of feature: FeatureID, limit: Int, in tx: Transaction) async throws -> [ChatMessage] {
        let rows = try await tx.query(
            """
            SELECT \(unsafeRaw: ChatMessage.columns) FROM chat_messages
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature) AND status = 'complete'
            ORDER BY id DESC LIMIT \(limit)
            """)
        return try rows.map(ChatMessage.init).reversed()
    }

    /// The last messages before `before`, oldest first. A message may have 20,000 characters: the whole talk could be
    /// more than anybody wants at once.
    static func list(
        _ feature: FeatureID, before: MessageID?, limit: Int, _ scope: Scope, in database: Database
    ) async throws -> [ChatMessage] {
        let rows = try await database.read(
            scope,
            """
            SELECT \(unsafeRaw: ChatMessage.columns) FROM chat_messages
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature)
                AND (\(before)::uuid IS NULL OR id < \(before)) ORDER BY id DESC LIMIT \(limit)
            """)
        return try rows.map(ChatMessage.init).reversed()
    }

    static func find(
        _ id: MessageID, of feature: FeatureID, _ scope: Scope, in database: Database
    ) async throws -> ChatMessage {
        guard let message = try await lookUp(id, of: feature, scope, in: database) else {
            throw Problem.notFound("message")
        }
        return message
    }

    static func lookUp(
        _ id: MessageID, of feature: FeatureID, _ scope: Scope, in database: Database
    ) async throws -> ChatMessage? {
        let rows = try await database.read(
            scope,
            """
            SELECT \(unsafeRaw: ChatMessage.columns) FROM chat_messages
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature) AND id = \(id)
            """)
        return try rows.first.map(ChatMessage.init)
    }

    package static func status(
        of id: MessageID, feature: FeatureID, in tx: Transaction
    ) async throws -> ChatMessage.Status? {
        let rows = try await tx.query(
            """
            SELECT status FROM chat_messages
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature) AND id = \(id)
            """)
        return try rows.first.flatMap { ChatMessage.Status(rawValue: try $0.get(0)) }
    }

    /// The brief that a message proposes, if it proposes one.
    package static func proposal(in id: MessageID, feature: FeatureID, in tx: Transaction) async throws -> JSON? {
        let rows = try await tx.query(
            """
            SELECT proposal FROM chat_messages
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature) AND id = \(id)
            """)
        return try rows.first?.get(0, as: JSON?.self) ?? nil
    }
}
