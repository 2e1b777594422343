internal import Kernel
package import Postgres

/// How many bytes of generated files a tenant may have in the store.
///
/// Each build counts what it added: a file that an earlier build of its feature has, is stored once. So the sum over
/// a tenant's builds is what the store holds for them, and deleting a feature gives its part back.
package struct StorageQuota: Sendable, Equatable {
    /// In bytes.
    package let limit: Int

    package init(limit: Int) { self.limit = limit }

    /// 10 GiB.
    package static let standard = StorageQuota(limit: 10 << 30)

    /// What these files would add to what the feature has.
    static func growth(of files: [ArtifactRecord], feature: String, in tx: Transaction) async throws -> Int {
        let sizes = Dictionary(files.map { ($0.sha256, $0.bytes) }) { first, _ in first }
        let known = try await tx.query(
            """
            SELECT DISTINCT sha256 FROM artifacts
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature)::uuid
                AND sha256 = ANY (\(Array(sizes.keys)))
            """
        ).map { try $0.get(0, as: String.self) }
        return sizes.filter { !known.contains($0.key) }.values.reduce(0, +)
    }

    package static func used(in tx: Transaction) async throws -> Int {
        let rows = try await tx.query(
            "SELECT coalesce(sum(stored_bytes), 0)::bigint FROM builds WHERE tenant_id = (SELECT app.tenant())")
        return try rows[0].get(0)
    }

    /// Whether there is any room, before anything is paid for that would need some.
    ///
    /// - Throws: `StorageFull`.
    package func requireRoom(in tx: Transaction) async throws {
        guard try await Self.used(in: tx) < limit else { throw StorageFull(needed: nil, left: 0, limit: limit) }
    }

    /// Holds back every other build of the tenant until the transaction ends, so that two cannot fill the same room.
    ///
    /// - Throws: `StorageFull`.
    func admit(_ growth: Int, tenant: TenantID, in tx: Transaction) async throws {
        _ = try await tx.query(
            "SELECT pg_advisory_xact_lock(hashtextextended(\("storage " + tenant.description), 0))")
        // A statement of its own: it must see what was committed while the lock was waited for.
        let used = try await Self.used(in: tx)
        guard used + growth <= limit else {
            throw StorageFull(needed: growth, left: max(0, limit - used), limit: limit)
        }
    }
}

/// A build does not fit what its tenant may store.
package struct StorageFull: Error, Sendable, Equatable {
    /// In bytes, as all of these; `nil` before the files are written.
    package let needed: Int?
    package let left: Int
    package let limit: Int

    /// For people: what happened and what to do.
    package var sentence: String {
        let remedy =
            "Delete features that are no longer needed (/api/settings/storage says which are large), or ask the operator for "
            + "more, then retry"
        guard let needed else {
            return "All of the \(ByteCount.text(limit)) of storage that generated files may take is taken. \(remedy)."
        }
        return "The generated files need \(ByteCount.text(needed)) of storage, and \(ByteCount.text(left)) of "
            + "\(ByteCount.text(limit)) is left. \(remedy): what was written is kept and not paid for again."
    }
}

/// Sizes for people.
enum ByteCount {
    /// One digit after the point, rounded up, in the largest unit of 1,024 that fits.
    static func text(_ bytes: Int) -> String {
        guard bytes >= 1_024 else { return "\(bytes) bytes" }
        var unit = 1_024
        var name = "KiB"
        for larger in ["MiB", "GiB", "TiB"] where bytes >= unit * 1_024 {
            unit *= 1_024
            name = larger
        }
        let tenths = (bytes * 10 + unit - 1) / unit
        return "\(tenths / 10).\(tenths % 10) \(name)"
    }
}
