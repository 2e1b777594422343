package import Features
package import Kernel
package import Postgres

/// An answer while it is written: the worker's side of the talk.
package enum AnswerStore {
    /// How many pieces there are already, from a worker that did not finish.
    package static func pieces(of message: MessageID, feature: FeatureID, in tx: Transaction) async throws -> Int {
        let rows = try await tx.query(
            """
            SELECT coalesce(max(sequence), 0) FROM chat_deltas
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature) AND message_id = \(message)
            """)
        return try rows[0].get(0)
    }

    /// Adds a piece and tells the streams; an empty text tells them to start over.
    ///
    /// - Returns: false when the message is gone with its feature.
    package static func append(
        _ text: String, sequence: Int, to message: MessageID, feature: FeatureID, tenant: TenantID, in tx: Transaction
    ) async throws -> Bool {
        let told = try await tx.query(
            """
            WITH written AS (
                INSERT INTO chat_deltas (tenant_id, feature_id, message_id, sequence, text)
                SELECT tenant_id, feature_id, id, \(sequence), \(text) FROM chat_messages
                WHERE tenant_id = \(tenant) AND feature_id = \(feature) AND id = \(message)
                RETURNING 1
            ) SELECT pg_notify(\(ChatStore.channel), \(message.description)) FROM written
            """)
        return !told.isEmpty
    }

    /// The answer is whole (or failed, with a reason for people); its pieces are no longer needed.
    package static func finish(
        _ message: MessageID, text: String, proposal: JSON?, parts: AnswerParts = AnswerParts(), failure: String?,
        feature: FeatureID, tenant: TenantID, in tx: Transaction
    ) async throws {
        let status: ChatMessage.Status = failure == nil ? .complete : .failed
        _ = try await tx.execute(
            """
            UPDATE chat_messages SET status = \(status.rawValue), text = \(text), proposal = \(proposal),
                parts = \(parts.json), failure = \(failure)
            WHERE tenant_id = \(tenant) AND feature_id = \(feature) AND id = \(message) AND status = 'streaming'
            """)
        _ = try await tx.execute(
            "DELETE FROM chat_deltas WHERE tenant_id = \(tenant) AND feature_id = \(feature) AND message_id = \(message)"
        )
        try await EventStore.append(
            .messageAdded,
            [
                "message_id": .string(message.description), "role": "assistant", "status": .string(status.rawValue),
                "has_proposal": .bool(proposal != nil),
            ], feature: feature, tenant: tenant, in: tx)
        _ = try await tx.query("SELECT pg_notify(\(ChatStore.channel), \(message.description))")
    }
}
