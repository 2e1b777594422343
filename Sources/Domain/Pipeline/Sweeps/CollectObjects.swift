internal import Features
internal import Kernel
package import ObjectStore
package import Postgres
internal import Synchronization

extension Sweep {
    /// Removes objects that nothing refers to: a step put them and could not commit, or their feature is gone.
    ///
    /// It goes round the tenants, a bounded part in each round, and remembers where it was. Objects younger than
    /// `age` are left alone, and so are those of features that have jobs: a step puts its objects before the rows.
    package static func unreferencedObjects(
        _ database: Database, _ objects: any ObjectStore, interval: Duration = .seconds(3_600),
        age: Duration = .seconds(86_400),
        limits: ObjectCollectionLimits = ObjectCollectionLimits()
    ) -> Sweep {
        let collector = ObjectCollector(database: database, objects: objects, age: age, limits: limits)
        return Sweep(name: "unreferenced_objects", interval: interval) { try await collector.round() }
    }
}

/// How much of the store one round looks at.
package struct ObjectCollectionLimits: Sendable {
    package var objects: Int
    package var page: Int
    /// Below the time that a transaction may idle, since the sweep's lock is one.
    package var time: Duration

    package init(objects: Int = 20_000, page: Int = 1_000, time: Duration = .seconds(20)) {
        self.objects = objects
        self.page = page
        self.time = time
    }
}

/// Walks the store, tenant by tenant.
private final class ObjectCollector: Sendable {
    private struct Place {
        /// The tenant being listed, or the last one that was.
        var tenant: TenantID?
        /// Where its listing goes on; `nil` when the next tenant's is to begin.
        var continuation: String?
    }

    private let database: Database
    private let objects: any ObjectStore
    private let age: Duration
    private let limits: ObjectCollectionLimits
    /// Only one round runs at a time; it is lost with the process, and the walk begins anew.
    private let place = Mutex(Place())

    init(database: Database, objects: any ObjectStore, age: Duration, limits: ObjectCollectionLimits) {
        self.database = database
        self.objects = objects
        self.age = age
        self.limits = limits
    }

    func round() async throws -> Int {
        let deadline = ContinuousClock.now + limits.time
        var place = place.withLock { $0 }
        var seen = 0
        var removed = 0
        while seen < limits.objects, .now < deadline {
            try Task.checkCancellation()
            if place.continuation == nil {
                place.tenant = try await tenant(after: place.tenant)
            }
            guard let tenant = place.tenant else { break }
            let page = try await objects.list(
                prefix: "\(tenant)/", continuation: place.continuation, limit: limits.page)
            seen += page.entries.count
            removed += try await collect(page.entries, of: tenant, until: deadline)
            place.continuation = page.next
            let reached = place
            self.place.withLock { $0 = reached }
        }
        let reached = place
        self.place.withLock { $0 = reached }
        return removed
    }

    private func tenant(after previous: TenantID?) async throws -> TenantID? {
        let rows = try await database.read(
            .untenanted, "SELECT tenant_id FROM app.tenants_after(\(previous), 1::integer)")
        return try rows.first?.get(0)
    }

    private func collect(
        _ entries: [ObjectEntry], of tenant: TenantID, until deadline: ContinuousClock.Instant
    ) async throws -> Int {
        let now = Timestamp.now
        let old = entries.filter { entry in entry.modified.map { now - $0 >= age } ?? false }
        var removed = 0
        for (feature, entries) in Dictionary(grouping: old, by: { Self.feature(of: $0.key) }) {
            // A key of another shape is not of this program's making.
            guard let feature else { continue }
            let keys = entries.map(\.key)
            for start in stride(from: 0, to: keys.count, by: Self.batch) where .now < deadline {
                removed += try await remove(
                    Array(keys[start..<min(start + Self.batch, keys.count)]), of: feature, tenant)
            }
        }
        return removed
    }

    /// Few enough that the feature's lock is held for a moment only.
    private static let batch = 50

    /// The objects are removed under the feature's lock, for once within the transaction: a step takes that lock before
    /// it puts anything, so none can begin to refer to what is about to go.
    private func remove(_ keys: [String], of feature: FeatureID, _ tenant: TenantID) async throws -> Int {
        try await database.transaction(.tenant(tenant)) { tx in
            let rows = try await tx.query(
                "SELECT 1 FROM features WHERE tenant_id = \(tenant) AND id = \(feature) FOR UPDATE")
            // A statement of its own: it must see what was committed while the lock was waited for.
            let jobs = try await tx.query(
                "SELECT 1 FROM jobs WHERE tenant_id = \(tenant) AND feature_id = \(feature) LIMIT 1")
            guard rows.isEmpty || jobs.isEmpty else { return 0 }
            let used = try await tx.query(
                """
                SELECT object_key FROM artifacts
                WHERE tenant_id = \(tenant) AND feature_id = \(feature) AND object_key = ANY (\(keys))
                """)
            let unused = Set(keys).subtracting(try used.map { try $0.get(0, as: String.self) })
            let objects = objects
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, key) in unused.enumerated() {
                    if index >= 8 { try await group.next() }
                    group.addTask { try await objects.delete(key) }
                }
                try await group.waitForAll()
            }
            return unused.count
        }
    }

    /// `{tenant}/{feature}/{hash}`.
    private static func feature(of key: String) -> FeatureID? {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 3 ? FeatureID(parts[1]) : nil
    }
}
