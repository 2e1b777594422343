package import Kernel
package import Postgres

package enum RunSubject {}
package typealias RunID = ID<RunSubject>

/// The deliverables of a feature: written once, never changed; a new version stands beside the old.
package enum DeliverableStore {
    /// What may be done with a feature follows from whether it has a brief, so a brief changes the feature's version.
    ///
    /// - Returns: the version it got.
    package static func add(
        _ kind: DeliverableKind, body: JSON, markdown: String, feature: FeatureID, revision: Int, tenant: TenantID,
        run: RunID? = nil, by user: UserID? = nil, in tx: Transaction
    ) async throws -> Int {
        let rows = try await tx.query(
            """
            INSERT INTO deliverables (tenant_id, feature_id, revision, kind, version, body, markdown, run_id, created_by)
            SELECT \(tenant), \(feature), \(revision), \(kind.rawValue), coalesce(max(version), 0) + 1, \(body),
                \(markdown), \(run), \(user)
            FROM deliverables WHERE tenant_id = \(tenant) AND feature_id = \(feature) AND revision = \(revision)
                AND kind = \(kind.rawValue)
            RETURNING version
            """)
        if kind == .brief {
            _ = try await tx.execute(
                """
                UPDATE features SET version = version + 1, updated_at = now()
                WHERE tenant_id = \(tenant) AND id = \(feature)
                """)
        }
        return try rows[0].get(0)
    }

    /// The newest version's body, or `nil`.
    package static func newest(
        _ kind: DeliverableKind, feature: FeatureID, revision: Int, in tx: Transaction
    ) async throws -> JSON? {
        let rows = try await tx.query(
            """
            SELECT body FROM deliverables WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature)
                AND revision = \(revision) AND kind = \(kind.rawValue) ORDER BY version DESC LIMIT 1
            """)
        return try rows.first?.get(0, as: JSON.self)
    }

    /// The number of the newest version, or `nil`.
    package static func newestVersion(
        _ kind: DeliverableKind, feature: FeatureID, revision: Int, in tx: Transaction
    ) async throws -> Int? {
        let rows = try await tx.query(
            """
            SELECT max(version) FROM deliverables WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature)
                AND revision = \(revision) AND kind = \(kind.rawValue)
            """)
        return try rows.first?.get(0, as: Int?.self) ?? nil
    }

    /// The body of one version, or `nil`.
    package static func body(
        _ kind: DeliverableKind, version: Int, feature: FeatureID, revision: Int, in tx: Transaction
    ) async throws -> JSON? {
        let rows = try await tx.query(
            """
            SELECT body FROM deliverables WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature)
                AND revision = \(revision) AND kind = \(kind.rawValue) AND version = \(version)
            """)
        return try rows.first?.get(0, as: JSON.self)
    }
}
