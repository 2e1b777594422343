internal import Kernel
package import Postgres
internal import Synchronization

/// The worker's statements on the queue. They run without a tenant: the worker's role may see every tenant's jobs.
/// All times are the database's.
package struct JobQueue: Sendable {
    private let database: Database
    private let worker: String
    private let kinds: [String]
    private let lease: Duration
    private let tenantLimit: Int
    private let rotation = Rotation()

    /// - Parameter tenantLimit: how many jobs of one tenant may be leased at once, by all workers together.
    package init(database: Database, worker: String, kinds: [String], lease: Duration, tenantLimit: Int = 8) {
        precondition(tenantLimit > 0, "a tenant needs a slot")
        self.database = database
        self.worker = worker
        self.kinds = kinds.sorted()
        self.lease = lease
        self.tenantLimit = tenantLimit
    }

    /// A lease and how long its job had been due.
    package struct Claim: Sendable {
        package let lease: Lease
        package let delay: Duration
    }

    /// Takes up to `limit` due jobs: first those whose worker stopped extending its lease, then a fair share of every
    /// tenant's (`app.claim_jobs`, sql/migrations/0010).
    ///
    /// Fewer than `limit` does not mean that there are no more: a tenant may have reached its own limit, or another
    /// worker may be claiming its jobs at this moment.
    package func claim(limit: Int) async throws -> [Claim] {
        try claims(in: try await database.write(.untenanted, claim(upTo: limit)))
    }

    /// The same as part of a transaction.
    package func claim(limit: Int, in tx: Transaction) async throws -> [Claim] {
        try claims(in: try await tx.query(claim(upTo: limit)))
    }

    /// Takes finished jobs off the queue and claims up to `limit` in one transaction: one commit less for each job.
    ///
    /// - Returns: what was claimed, and the tokens of the finished jobs that were still held. The others are somebody
    ///   else's by now, or gone.
    package func claim(
        limit: Int, completing finished: [Lease]
    ) async throws -> (claims: [Claim], completed: Set<LeaseToken>) {
        let rows = try await database.write(.untenanted, claim(upTo: limit, completing: finished))
        return (try claims(in: rows), try Self.completed(in: rows))
    }

    /// The same as part of a transaction.
    package func claim(
        limit: Int, completing finished: [Lease], in tx: Transaction
    ) async throws -> (claims: [Claim], completed: Set<LeaseToken>) {
        let rows = try await tx.query(claim(upTo: limit, completing: finished))
        return (try claims(in: rows), try Self.completed(in: rows))
    }

    private func claim(upTo limit: Int) -> SQL {
        """
        SELECT \(unsafeRaw: Self.columns)
        FROM app.claim_jobs(\(kinds), \(limit)::integer, \(tenantLimit)::integer, \(rotation.served), \(lease),
            \(worker), \(Jobs.payloadLimit)::integer)
        """
    }

    private static let columns = """
        tenant_id, id, kind, payload, revision, attempt, max_attempts, created_at, last_error, lease_token, feature_id,
        delay, turn
        """

    /// That the limit depends on what was completed, by nothing, has the server do the one before the other: a slot that
    /// gets free is counted as free.
    private func claim(upTo limit: Int, completing finished: [Lease]) -> SQL {
        """
        SELECT \(unsafeRaw: Self.columns), CASE WHEN row_number() OVER () = 1 THEN tokens END
        FROM app.complete_jobs(\(finished.map(\.tenant)), \(finished.map(\.job)), \(finished.map(\.token)))
            AS done (tokens)
        LEFT JOIN LATERAL app.claim_jobs(
            \(kinds), \(limit)::integer + 0 * cardinality(tokens), \(tenantLimit)::integer, \(rotation.served), \(lease),
            \(worker), \(Jobs.payloadLimit)::integer) AS next ON true
        """
    }

    private static func completed(in rows: Rows) throws -> Set<LeaseToken> {
        Set(try rows.first?.get(13, as: [LeaseToken].self) ?? [])
    }

    private func claims(in rows: Rows) throws -> [Claim] {
        if let last = rows.last, let served = try last.get(12, as: TenantID?.self) { rotation.served = served }
        return try rows.compactMap { row in
            guard try row.get(1, as: JobID?.self) != nil else { return nil }
            let payload = JobPayload(text: try row.get(3))
            return Claim(
                lease: Lease(
                    job: try row.get(1), tenant: try row.get(0), kind: try row.get(2), payload: payload.value,
                    defect: payload.defect, revision: try row.get(4), claimedAttempt: try row.get(5),
                    maximumAttempts: try row.get(6), createdAt: try row.get(7), lastError: try row.get(8),
                    token: try row.get(9), topic: try row.get(10)),
                delay: .microseconds(try row.get(11, as: Int64.self)))
        }
    }

    /// Extends leases, all in one statement.
    ///
    /// A row that is locked is left alone: whoever locked it is completing the job or taking it over, and waiting for
    /// them would hold up everybody else's heartbeat.
    ///
    /// - Returns: the tokens of the leases that are still held.
    package func extend(_ leases: [Lease]) async throws -> Set<LeaseToken> {
        try Self.tokens(in: try await database.write(.untenanted, extending(leases)))
    }

    /// The same as part of a transaction.
    package func extend(_ leases: [Lease], in tx: Transaction) async throws -> Set<LeaseToken> {
        try Self.tokens(in: try await tx.query(extending(leases)))
    }

    private static func tokens(in rows: Rows) throws -> Set<LeaseToken> { Set(try rows.map { try $0.get(0) }) }

    private func extending(_ leases: [Lease]) -> SQL {
        """
        WITH held AS (
            SELECT * FROM unnest(\(leases.map(\.tenant)), \(leases.map(\.job)), \(leases.map(\.token)))
                AS held (tenant_id, id, token)
        ), free AS (
            SELECT jobs.tenant_id, jobs.id
            FROM jobs JOIN held ON jobs.tenant_id = held.tenant_id AND jobs.id = held.id
            WHERE jobs.lease_token = held.token
            FOR NO KEY UPDATE OF jobs SKIP LOCKED
        ), extended AS (
            UPDATE jobs SET lease_until = now() + \(lease), extended_at = now()
            FROM free
            WHERE jobs.tenant_id = free.tenant_id AND jobs.id = free.id
        )
        SELECT jobs.lease_token
        FROM jobs JOIN held ON jobs.tenant_id = held.tenant_id AND jobs.id = held.id
        WHERE jobs.lease_token = held.token
        """
    }

    /// How long until a job of ours becomes due or its lease runs out; zero when one is due that could not be claimed just
    /// now, `nil` without jobs.
    package func timeUntilNextDue() async throws -> Duration? {
        let rows = try await database.read(
            .untenanted,
            """
            SELECT EXISTS (SELECT FROM jobs WHERE lease_token IS NULL AND NOT parked AND kind = ANY (\(kinds))),
                (extract(epoch FROM least(
                    (SELECT run_at FROM jobs WHERE parked AND kind = ANY (\(kinds)) ORDER BY run_at LIMIT 1),
                    (SELECT lease_until FROM jobs WHERE lease_token IS NOT NULL AND kind = ANY (\(kinds))
                        ORDER BY lease_until LIMIT 1)
                ) - now()) * 1000000)::bigint
            """)
        if try rows[0].get(0) { return .zero }
        return try rows[0].get(1, as: Int64?.self).map { .microseconds($0) }
    }
}

/// Where a worker is in its round of the tenants: each claim begins after the one that was served last.
private final class Rotation: Sendable {
    private let place = Mutex<TenantID?>(nil)

    var served: TenantID? {
        get { place.withLock { $0 } }
        set { place.withLock { $0 = newValue } }
    }
}
