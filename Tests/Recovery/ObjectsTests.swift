import Jobs
import Kernel
import ObjectStore
import Pipeline
import Postgres
import ServiceHarness
import TestSupport
import Testing

/// Objects that nothing refers to go, and no others.
@Suite(.timeLimit(.minutes(1)))
struct ObjectsTests {
    @Test(arguments: [1, 3, 1_000])
    func onlyWhatNothingRefersToIsRemoved(page: Int) async throws {
        try await withStore { database, store, tenants in
            var kept: Set<String> = []
            var unused: Set<String> = []
            for tenant in tenants {
                let built = try await feature(of: tenant, database)
                let used = try await put(3, tenant, built, store)
                try await refer(to: used, tenant, built, database)
                kept.formUnion(used)
                unused.formUnion(try await put(3, tenant, built, store))
                unused.formUnion(try await put(2, tenant, ID<Never>.new().description, store))
                let atWork = try await feature(of: tenant, database)
                kept.formUnion(try await put(2, tenant, atWork, store))
                try await database.superuser.query(
                    """
                    INSERT INTO jobs (tenant_id, id, kind, feature_id, payload)
                    VALUES (\(tenant), gen_random_uuid(), 'run_implement', \(atWork)::uuid, '{}')
                    """)
            }
            // Not of this program's making.
            kept.formUnion(try await putKeys(["\(tenants[0])/notes.txt", "elsewhere/a/b"], store))

            let sweep = Sweep.unreferencedObjects(
                database.worker, store, age: .zero, limits: ObjectCollectionLimits(page: page))
            #expect(try await sweeper(database).sweep(sweep) == unused.count)
            #expect(try await keys(store) == kept)
            #expect(try await sweeper(database).sweep(sweep) == 0)
        }
    }

    @Test func whatIsYoungIsLeftAlone() async throws {
        try await withStore { database, store, tenants in
            let all = try await put(2, tenants[0], ID<Never>.new().description, store)
            let sweep = Sweep.unreferencedObjects(database.worker, store)
            #expect(try await sweeper(database).sweep(sweep) == 0)
            #expect(try await keys(store) == all)
        }
    }

    @Test func aRoundIsBoundedAndTheNextGoesOn() async throws {
        try await withStore { database, store, tenants in
            for tenant in tenants { _ = try await put(5, tenant, ID<Never>.new().description, store) }
            let sweep = Sweep.unreferencedObjects(
                database.worker, store, age: .zero, limits: ObjectCollectionLimits(objects: 4, page: 2))
            var rounds: [Int] = []
            while try await !keys(store).isEmpty, rounds.count < 10 {
                rounds.append(try await sweeper(database).sweep(sweep) ?? -1)
            }
            #expect(rounds.reduce(0, +) == 10)
            #expect(rounds.count >= 3 && rounds.allSatisfy { $0 <= 5 }, "\(rounds)")
        }
    }

    private func withStore(
        _ body: @Sendable (TestDatabase, SigV4ObjectStore, [TenantID]) async throws -> Void
    ) async throws {
        let store = try await TestS3.shared.storeInNewBucket()
        try await TestDatabase.with { database in
            let tenants = [TenantID.new(), TenantID.new()]
            for tenant in tenants {
                try await database.superuser.query(
                    "INSERT INTO tenants (tenant_id, kind, name) VALUES (\(tenant), 'team', 'T')")
            }
            try await body(database, store, tenants)
        }
    }

    private func feature(of tenant: TenantID, _ database: TestDatabase) async throws -> String {
        let id = ID<Never>.new()
        try await database.superuser.query(
            """
            INSERT INTO features (tenant_id, id, title, created_by) VALUES (\(tenant), \(id), 'T', gen_random_uuid())
            """)
        return id.description
    }

    private func put(
        _ count: Int, _ tenant: TenantID, _ feature: String, _ store: SigV4ObjectStore
    ) async throws -> Set<String> {
        try await putKeys((0..<count).map { _ in "\(tenant)/\(feature)/\(hash())" }, store)
    }

    private func putKeys(_ keys: [String], _ store: SigV4ObjectStore) async throws -> Set<String> {
        for key in keys { try await store.put(key, [1, 2, 3], contentType: "text/plain") }
        return Set(keys)
    }

    private func refer(
        to keys: Set<String>, _ tenant: TenantID, _ feature: String, _ database: TestDatabase
    ) async throws {
        try await database.superuser.query(
            """
            INSERT INTO builds (tenant_id, feature_id, number, revision, files, bytes)
            VALUES (\(tenant), \(feature)::uuid, 1, 1, 1, 1)
            """)
        for key in keys {
            try await database.superuser.query(
                """
                INSERT INTO artifacts (tenant_id, feature_id, build, path, object_key, sha256, bytes, media_type)
                VALUES (\(tenant), \(feature)::uuid, 1, \(key), \(key), \(hash()), 3, 'text/plain')
                """)
        }
    }

    private func keys(_ store: SigV4ObjectStore) async throws -> Set<String> {
        Set(try await store.list(prefix: "").entries.map(\.key))
    }

    private func hash() -> String {
        Hex.encode((0..<32).map { _ in UInt8.random(in: 0...255) })
    }
}
