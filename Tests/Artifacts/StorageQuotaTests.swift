import Glibc
import Kernel
import Postgres
import TestSupport
import Testing

@testable import Artifacts

/// What a tenant may store, against PostgreSQL.
@Suite(.timeLimit(.minutes(2)))
struct StorageQuotaTests {
    private static func file(
        _ path: String, _ content: Int, bytes: Int, _ tenant: TenantID, _ feature: String
    ) -> ArtifactRecord {
        let hash = String(repeating: "0", count: 64 - "\(content)".count) + "\(content)"
        return ArtifactRecord(
            path: path, objectKey: ArtifactStore.objectKey(tenant: tenant, feature: feature, sha256: hash),
            sha256: hash,
            bytes: bytes, mediaType: "text/plain")
    }

    private static func feature(of tenant: TenantID, in database: TestDatabase) async throws -> String {
        let id = ID<BuildRecord>.new()
        _ = try await database.superuser.query(
            """
            INSERT INTO features (tenant_id, id, title, created_by) VALUES (\(tenant), \(id), 'Feature', \(tenant))
            """)
        return id.description
    }

    /// Two tenants.
    private func withTenants(_ body: @Sendable (TestDatabase, TenantID, TenantID) async throws -> Void) async throws {
        try await TestDatabase.with(.migrated) { database in
            let tenants = [TenantID.new(), TenantID.new()]
            for tenant in tenants {
                _ = try await database.superuser.query(
                    "INSERT INTO tenants (tenant_id, kind, name) VALUES (\(tenant), 'team', 'Team')")
            }
            try await body(database, tenants[0], tenants[1])
        }
    }

    private static func build(
        _ number: Int, _ files: [ArtifactRecord], _ feature: String, _ tenant: TenantID, quota: StorageQuota,
        in database: TestDatabase
    ) async throws {
        try await database.worker.transaction(.tenant(tenant)) { tx in
            try await ArtifactStore.add(
                build: number, revision: 1, files: files, feature: feature, run: ID<BuildRecord>.new().description,
                tenant: tenant, quota: quota, in: tx)
        }
    }

    private static func used(_ tenant: TenantID, in database: TestDatabase) async throws -> Int {
        try await database.worker.transaction(.tenant(tenant)) { tx in try await StorageQuota.used(in: tx) }
    }

    private static func text(of path: String) throws -> String {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    @Test func `each content counts once for a feature, and goes with it`() async throws {
        try await withTenants { database, tenant, other in
            let quota = StorageQuota(limit: 100)
            let (one, two) = (
                try await Self.feature(of: tenant, in: database), try await Self.feature(of: tenant, in: database)
            )
            func file(_ path: String, _ content: Int, _ feature: String) -> ArtifactRecord {
                Self.file(path, content, bytes: 10, tenant, feature)
            }
            try await Self.build(
                1, [file("a", 1, one), file("b", 2, one), file("c", 1, one)], one, tenant, quota: quota, in: database)
            #expect(try await Self.used(tenant, in: database) == 20)
            try await Self.build(2, [file("a", 1, one), file("b", 3, one)], one, tenant, quota: quota, in: database)
            #expect(try await Self.used(tenant, in: database) == 30)
            try await Self.build(1, [file("a", 1, two)], two, tenant, quota: quota, in: database)
            #expect(try await Self.used(tenant, in: database) == 40)
            #expect(try await Self.used(other, in: database) == 0)
            _ = try await database.superuser.query("DELETE FROM features WHERE id = \(one)::uuid")
            #expect(try await Self.used(tenant, in: database) == 10)
        }
    }

    @Test func `what does not fit leaves nothing behind, and what just fits does`() async throws {
        try await withTenants { database, tenant, other in
            let feature = try await Self.feature(of: tenant, in: database)
            let files = [Self.file("a", 1, bytes: 60, tenant, feature), Self.file("b", 2, bytes: 40, tenant, feature)]
            await #expect(throws: StorageFull(needed: 100, left: 99, limit: 99)) {
                try await Self.build(1, files, feature, tenant, quota: StorageQuota(limit: 99), in: database)
            }
            #expect(try await Self.used(tenant, in: database) == 0)
            let full = StorageQuota(limit: 100)
            try await Self.build(1, files, feature, tenant, quota: full, in: database)
            await #expect(throws: StorageFull(needed: nil, left: 0, limit: 100)) {
                try await database.worker.transaction(.tenant(tenant)) { tx in try await full.requireRoom(in: tx) }
            }
            // The same files again add nothing.
            try await Self.build(2, files, feature, tenant, quota: full, in: database)
            // Another tenant's room is its own.
            let theirs = try await Self.feature(of: other, in: database)
            try await Self.build(
                1, [Self.file("a", 1, bytes: 100, other, theirs)], theirs, other, quota: full, in: database)
        }
    }

    @Test func `two builds at once cannot fill the same room`() async throws {
        try await withTenants { database, tenant, _ in
            var features: [String] = []
            for _ in 0..<8 { features.append(try await Self.feature(of: tenant, in: database)) }
            let fitted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for feature in features {
                    group.addTask {
                        do {
                            try await Self.build(
                                1, [Self.file("a", 1, bytes: 30, tenant, feature)], feature, tenant,
                                quota: StorageQuota(limit: 100), in: database)
                            return true
                        } catch is StorageFull { return false }
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(fitted == 3)
            #expect(try await Self.used(tenant, in: database) == 90)
        }
    }

    @Test func `builds from before are counted by their migration`() async throws {
        try await withTenants { database, tenant, other in
            for owner in [tenant, other] {
                let feature = try await Self.feature(of: owner, in: database)
                func file(_ path: String, _ content: Int, _ bytes: Int) -> ArtifactRecord {
                    Self.file(path, content, bytes: bytes, owner, feature)
                }
                let quota = StorageQuota.standard
                try await Self.build(
                    1, [file("a", 1, 10), file("b", 2, 10), file("c", 2, 10)], feature, owner, quota: quota,
                    in: database)
                try await Self.build(
                    2, [file("a", 1, 10), file("d", 3, 5)], feature, owner, quota: quota, in: database)
                _ = try await database.superuser.query("UPDATE builds SET stored_bytes = 0 WHERE tenant_id = \(owner)")
            }
            let migration = try Self.text(of: TestCluster.repository + "/sql/migrations/0013_stored_bytes.sql")
            let filling = try #require(migration.firstRange(of: "DO $$"))
            let asOwner = try await AdminConnection.open(database.conninfo(.owner))
            try await asOwner.run(script: String(migration[filling.lowerBound...]))
            for owner in [tenant, other] {
                let rows = try await database.superuser.query(
                    "SELECT stored_bytes FROM builds WHERE tenant_id = \(owner) ORDER BY number")
                #expect(try rows.map { try $0.get(0, as: Int.self) } == [20, 5])
            }
        }
    }

    @Test(arguments: [
        (0, "0 bytes"), (1_023, "1023 bytes"), (1_024, "1.0 KiB"), (1_025, "1.1 KiB"), (10 << 30, "10.0 GiB"),
        (5 << 40, "5.0 TiB"),
    ])
    func `sizes are for people`(_ bytes: Int, _ text: String) {
        #expect(ByteCount.text(bytes) == text)
    }
}
