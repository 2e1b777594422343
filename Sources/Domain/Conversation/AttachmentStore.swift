package import Features
internal import Kernel
package import Postgres

/// The attachments' rows.
package enum AttachmentStore {
    /// Keeps the files of a message. Call it under the feature's row lock, so that two messages cannot both be the last
    /// that fits.
    ///
    /// - Throws: `Problem` when the feature would have too many.
    static func add(
        _ attachments: [NewAttachment], to message: MessageID, feature: FeatureID, by principal: Principal,
        in tx: Transaction
    ) async throws {
        guard !attachments.isEmpty else { return }
        let counted = try await tx.query(
            "SELECT count(*) FROM attachments WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature)")
        let limit = Attachment.maximumPerFeature
        guard try counted[0].get(0, as: Int.self) + attachments.count <= limit else {
            throw Problem(
                "too-many-attachments", status: 409, title: "The feature has too many attachments",
                detail: "A feature holds at most \(limit) files. Delete one that is no longer needed, then send again.")
        }
        for (index, attachment) in attachments.enumerated() {
            // Two new ids of one millisecond may sort either way; files are listed as they were sent.
            let id = AttachmentID.new(at: .now + .milliseconds(index))
            try await tx.execute(
                """
                INSERT INTO attachments (tenant_id, feature_id, id, message_id, name, media_type, content, created_by)
                VALUES (\(principal.tenant), \(feature), \(id), \(message), \(attachment.name), \(attachment.mediaType),
                    \(attachment.content), \(principal.user))
                """)
        }
    }

    static func list(_ feature: FeatureID, _ scope: Scope, in database: Database) async throws -> [Attachment] {
        try await database.read(
            scope,
            """
            SELECT \(unsafeRaw: Attachment.columns) FROM attachments
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature) ORDER BY id
            """
        ).map(Attachment.init)
    }

    static func find(
        _ id: AttachmentID, of feature: FeatureID, _ scope: Scope, in database: Database
    ) async throws -> (Attachment, content: String) {
        let rows = try await database.read(
            scope,
            """
            SELECT \(unsafeRaw: Attachment.columns), content FROM attachments
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature) AND id = \(id)
            """)
        guard let row = rows.first else { throw Problem.notFound("attachment") }
        return (try Attachment(row), try row.get(6))
    }

    /// - Returns: false when there is none.
    static func delete(_ id: AttachmentID, of feature: FeatureID, in tx: Transaction) async throws -> Bool {
        try await tx.execute(
            """
            DELETE FROM attachments
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature) AND id = \(id)
            """) == 1
    }

    /// Every file of a feature, oldest first, with the beginning of its content: what an agent may read.
    ///
    /// - Parameter limit: characters of each that are fetched at most.
    package static func openings(
        of feature: FeatureID, limit: Int, in tx: Transaction
    ) async throws -> [(name: String, bytes: Int, opening: String)] {
        try await tx.query(
            """
            SELECT name, octet_length(content), left(content, \(limit)::integer) FROM attachments
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature) ORDER BY id
            """
        ).map { (name: try $0.get(0), bytes: try $0.get(1), opening: try $0.get(2)) }
    }
}
