internal import EventLoop
internal import Kernel
package import Postgres

/// The buckets that every process shares.
protocol PermitSource: Sendable {
    /// Takes up to `policy.batch` permits.
    ///
    /// - Returns: how many there were, and how many are left.
    func take(_ policy: RatePolicy, for subject: RateSubject) async throws -> (granted: Int, left: Double)
}

/// Buckets as rows of PostgreSQL. The table is unlogged: a crash empties it, which fills every bucket, and no write of it
/// waits for the disk.
package struct SharedBuckets: PermitSource {
    private let database: Database
    private let addressID: @Sendable ([UInt8]) -> [UInt8]

    /// - Parameter addressID: a keyed code of at least 16 bytes, so that no client's address stands in the database.
    package init(database: Database, addressID: @escaping @Sendable ([UInt8]) -> [UInt8]) {
        self.database = database
        self.addressID = addressID
    }

    func take(_ policy: RatePolicy, for subject: RateSubject) async throws -> (granted: Int, left: Double) {
        let owner = owner(of: subject)
        // Not below zero: whoever waited for the row may have begun before it was last written.
        let elapsed: SQL = "greatest(0, extract(epoch FROM now() - b.refilled_at)::float8)"
        let level: SQL = "least(\(Double(policy.quota)), b.level + \(elapsed) * \(policy.rate))"
        let grant: SQL = "floor(least(\(Double(policy.batch)), \(level)))"
        let rows = try await database.write(
            .tenant(owner),
            """
            INSERT INTO rate_buckets AS b (tenant_id, kind, level, granted, refilled_at)
            VALUES (\(owner), \(subject.kind), \(Double(policy.quota - policy.batch)), \(policy.batch), now())
            ON CONFLICT (tenant_id, kind) DO UPDATE SET level = \(level) - \(grant), granted = \(grant),
                refilled_at = greatest(b.refilled_at, now())
            RETURNING granted, level
            """)
        return (try rows[0].get(0), try rows[0].get(1))
    }

    /// A bucket belongs to its subject as rows belong to a tenant: row-level security shows it to nobody else.
    private func owner(of subject: RateSubject) -> TenantID {
        switch subject {
        case .user(let user): .personal(of: user)
        case .token(let token): TenantID(high: token.high, low: token.low)
        case .tenant(let tenant): tenant
        case .address(let address): .derived(fromHash: addressID(Array("address \(address.text)".utf8)))
        }
    }
}
