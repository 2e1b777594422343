internal import Kernel
package import Postgres

/// The worker's statements on the queue. They run without a tenant: the worker's role may see every tenant's jobs.
/// All times are the database's.
package struct JobQueue: Sendable {
    private let database: Database
    private let worker: String
    private let kinds: [String]
    private let lease: Duration

    package init(database: Database, worker: String, kinds: [String], lease: Duration) {
        self.database = database
        self.worker = worker
        self.kinds = kinds.sorted()
        self.lease = lease
    }

    /// A lease and how long its job had been due.
    package struct Claim: Sendable {
        package let lease: Lease
        package let delay: Duration
    }

    /// Takes up to `limit` due jobs, longest due first: new ones, and those whose worker stopped extending its lease.
    package func claim(limit: Int) async throws -> [Claim] {
        let rows = try await database.write(
            .untenanted,
            """
            WITH due AS (
                SELECT tenant_id, id, coalesce(lease_until, run_at) AS since
                FROM jobs
                WHERE coalesce(lease_until, run_at) <= now() AND kind = ANY (\(kinds))
                ORDER BY coalesce(lease_until, run_at)
                LIMIT \(limit)
                FOR UPDATE SKIP LOCKED
            )
            UPDATE jobs SET attempt = jobs.attempt + 1, lease_token = gen_random_uuid(), lease_until = now() + \(lease),
                worker = \(worker)
            FROM due
            WHERE jobs.tenant_id = due.tenant_id AND jobs.id = due.id
            RETURNING jobs.tenant_id, jobs.id, kind, payload, revision, attempt, max_attempts, created_at, last_error,
                lease_token, feature_id, (extract(epoch FROM now() - due.since) * 1000000)::bigint
            """)
        return try rows.map { row in
            Claim(
                lease: Lease(
                    job: try row.get(1), tenant: try row.get(0), kind: try row.get(2),
                    // A payload that cannot be read is its job's trouble. Thrown here, it would be that of every tenant
                    // whose jobs were claimed along with it, again and again.
                    payload: (try? row.get(3)) ?? .null,
                    revision: try row.get(4), attempt: try row.get(5), maximumAttempts: try row.get(6),
                    createdAt: try row.get(7), lastError: try row.get(8), token: try row.get(9), topic: try row.get(10)),
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
        let rows = try await database.write(
            .untenanted,
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
                UPDATE jobs SET lease_until = now() + \(lease)
                FROM free
                WHERE jobs.tenant_id = free.tenant_id AND jobs.id = free.id
            )
            SELECT jobs.lease_token
            FROM jobs JOIN held ON jobs.tenant_id = held.tenant_id AND jobs.id = held.id
            WHERE jobs.lease_token = held.token
            """)
        return Set(try rows.map { try $0.get(0) })
    }

    /// How long until a job of ours becomes due or its lease runs out; `nil` without jobs.
    package func timeUntilNextDue() async throws -> Duration? {
        let rows = try await database.read(
            .untenanted,
            """
            SELECT (extract(epoch FROM coalesce(lease_until, run_at) - now()) * 1000000)::bigint
            FROM jobs
            WHERE kind = ANY (\(kinds))
            ORDER BY coalesce(lease_until, run_at)
            LIMIT 1
            """)
        return try rows.first.map { .microseconds(try $0.get(0, as: Int64.self)) }
    }
}
