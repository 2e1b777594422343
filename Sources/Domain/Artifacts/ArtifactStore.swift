package import Kernel
package import Postgres

/// A stored file of a build.
package struct ArtifactRecord: Sendable {
    package let path: String
    package let objectKey: String
    package let sha256: String
    package let bytes: Int
    package let mediaType: String

    package init(path: String, objectKey: String, sha256: String, bytes: Int, mediaType: String) {
        self.path = path
        self.objectKey = objectKey
        self.sha256 = sha256
        self.bytes = bytes
        self.mediaType = mediaType
    }

    init(_ row: Row) throws {
        path = try row.get(0)
        objectKey = try row.get(1)
        sha256 = try row.get(2)
        bytes = try row.get(3)
        mediaType = try row.get(4)
    }
}

/// A numbered, immutable set of files.
package struct BuildRecord: Sendable {
    package static let columns = "number, revision, files, bytes, created_at, restored_from"

    package let number: Int
    package let revision: Int
    package let files: Int
    package let bytes: Int
    package let createdAt: Timestamp
    /// The build that was made first with these files, if a person restored them.
    package let restoredFrom: Int?

    /// The build that agents made: this one, or the one it was restored from.
    package var origin: Int { restoredFrom ?? number }

    package init(_ row: Row) throws {
        number = try row.get(0)
        revision = try row.get(1)
        files = try row.get(2)
        bytes = try row.get(3)
        createdAt = try row.get(4)
        restoredFrom = try row.get(5)
    }
}

/// Builds and their files. Rows are written when every object is in the store: a row never points at nothing.
///
/// Features are named by their id's text here, so that this capability needs no other.
package enum ArtifactStore {
    /// `{tenant}/{feature}/{sha256}`: named by content (docs/decisions/0003), so that files which a repair leaves alone are
    /// stored once, and a late write of a worker that lost its lease can only write the same bytes again.
    package static func objectKey(tenant: TenantID, feature: String, sha256: String) -> String {
        "\(tenant)/\(feature)/\(sha256)"
    }

    package static func nextNumber(feature: String, in tx: Transaction) async throws -> Int {
        let rows = try await tx.query(
            """
            SELECT coalesce(max(number), 0) + 1 FROM builds
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature)::uuid
            """)
        return try rows[0].get(0)
    }

    /// - Throws: `StorageFull` when what they add is more than the tenant has left.
    package static func add(
        build: Int, revision: Int, files: [ArtifactRecord], feature: String, run: String, tenant: TenantID,
        quota: StorageQuota, traceLinks: JSON = [], in tx: Transaction
    ) async throws {
        let growth = try await StorageQuota.growth(of: files, feature: feature, in: tx)
        try await quota.admit(growth, tenant: tenant, in: tx)
        _ = try await tx.execute(
            """
            INSERT INTO builds
                (tenant_id, feature_id, number, revision, files, bytes, stored_bytes, run_id, trace_links)
            VALUES (\(tenant), \(feature)::uuid, \(build), \(revision), \(files.count),
                \(files.reduce(0) { $0 + $1.bytes }), \(growth), \(run)::uuid,
                \(traceLinks))
            """)
        for file in files {
            _ = try await tx.execute(
                """
                INSERT INTO artifacts (tenant_id, feature_id, build, path, object_key, sha256, bytes, media_type)
                VALUES (\(tenant), \(feature)::uuid, \(build), \(file.path), \(file.objectKey), \(file.sha256),
                    \(file.bytes), \(file.mediaType))
                """)
        }
    }

    /// The newest build of a revision, if there is one.
    package static func newest(feature: String, revision: Int, in tx: Transaction) async throws -> BuildRecord? {
        let rows = try await tx.query(
            """
            SELECT \(unsafeRaw: BuildRecord.columns) FROM builds
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature)::uuid AND revision = \(revision)
            ORDER BY number DESC LIMIT 1
            """)
        return try rows.first.map(BuildRecord.init)
    }

    /// The newest build there is: what a next revision begins with.
    package static func newest(feature: String, in tx: Transaction) async throws -> BuildRecord? {
        let rows = try await tx.query(
            """
            SELECT \(unsafeRaw: BuildRecord.columns) FROM builds
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature)::uuid ORDER BY number DESC LIMIT 1
            """)
        return try rows.first.map(BuildRecord.init)
    }

    /// - Throws: `Problem.notFound` when the feature has no such build.
    package static func require(_ build: Int, feature: String, in tx: Transaction) async throws -> BuildRecord {
        let rows = try await tx.query(
            """
            SELECT \(unsafeRaw: BuildRecord.columns) FROM builds
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature)::uuid AND number = \(build)
            """)
        guard let row = rows.first else { throw Problem.notFound("build") }
        return try BuildRecord(row)
    }

    /// Makes the next build, of `revision`, with the files and reviews of an earlier one. Under the feature's row lock.
    package static func restore(
        _ build: Int, revision: Int, feature: String, in tx: Transaction
    ) async throws -> BuildRecord {
        let number = try await nextNumber(feature: feature, in: tx)
        _ = try await tx.query(
            """
            SELECT 1 FROM app.restore_build(
                \(feature)::uuid, \(build)::integer, \(number)::integer, \(revision)::integer)
            """)
        return try await require(number, feature: feature, in: tx)
    }

    package static func files(feature: String, build: Int, in tx: Transaction) async throws -> [ArtifactRecord] {
        try await tx.query(Self.filesQuery(feature: feature, build: build)).map(ArtifactRecord.init)
    }

    package static func files(
        feature: String, build: Int, _ scope: Scope, in database: Database
    ) async throws -> [ArtifactRecord] {
        try await database.read(scope, Self.filesQuery(feature: feature, build: build)).map(ArtifactRecord.init)
    }

    private static func filesQuery(feature: String, build: Int) -> SQL {
        """
        SELECT path, object_key, sha256, bytes, media_type FROM artifacts
        WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature)::uuid AND build = \(build)
        ORDER BY path COLLATE "C"
        """
    }
}
