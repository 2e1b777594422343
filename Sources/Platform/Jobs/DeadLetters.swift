package import Kernel
package import Postgres

/// A job that was given up, and why.
package struct DeadLetter: Sendable {
    package let job: JobID
    package let tenant: TenantID
    package let kind: String
    package let revision: Int?
    package let attempts: Int
    package let reason: String
    package let lastError: String?
    package let enqueuedAt: Timestamp
    package let diedAt: Timestamp
    let topic: Topic?

    /// What the job was about.
    package func feature<Subject>(as subject: Subject.Type = Subject.self) -> ID<Subject>? {
        topic.map { ID<Subject>(high: $0.high, low: $0.low) }
    }

    static let columns = """
        id, tenant_id, kind, revision, attempt, reason, last_error, created_at, died_at, feature_id
        """

    init(_ row: Row) throws {
        job = try row.get(0)
        tenant = try row.get(1)
        kind = try row.get(2)
        revision = try row.get(3)
        attempts = try row.get(4)
        reason = try row.get(5)
        lastError = try row.get(6)
        enqueuedAt = try row.get(7)
        diedAt = try row.get(8)
        topic = try row.get(9)
    }
}

/// The dead letters of all tenants, for operators; as the worker's role.
package enum DeadLetters {
    /// The youngest first, of one kind or of all.
    ///
    /// - Parameter previous: continues after this one.
    package static func list(
        kind: String? = nil, after previous: DeadLetter? = nil, limit: Int, in database: Database
    ) async throws -> [DeadLetter] {
        let rows = try await database.read(
            .untenanted,
            """
            SELECT \(unsafeRaw: DeadLetter.columns) FROM dead_jobs
            WHERE (\(kind)::text IS NULL OR kind = \(kind))
                AND (\(previous?.diedAt)::timestamptz IS NULL OR (died_at, id) < (\(previous?.diedAt), \(previous?.job)))
            ORDER BY died_at DESC, id DESC LIMIT \(limit)
            """)
        return try rows.map(DeadLetter.init)
    }

    package static func count(kind: String? = nil, in database: Database) async throws -> Int {
        try await database.read(
            .untenanted, "SELECT count(*) FROM dead_jobs WHERE \(kind)::text IS NULL OR kind = \(kind)")[0].get(0)
    }

    package static func find(_ job: JobID, in database: Database) async throws -> DeadLetter? {
        try await database.read(
            .untenanted, "SELECT \(unsafeRaw: DeadLetter.columns) FROM dead_jobs WHERE id = \(job)"
        ).first.map(DeadLetter.init)
    }

    package static func exists(_ letter: DeadLetter, in tx: Transaction) async throws -> Bool {
        let rows = try await tx.query(
            "SELECT 1 FROM dead_jobs WHERE tenant_id = \(letter.tenant) AND id = \(letter.job)")
        return !rows.isEmpty
    }

    /// Puts the job back into the queue as it was, due now and with all its attempts before it.
    ///
    /// - Returns: whether there was such a letter; somebody else may have been faster.
    package static func redrive(_ letter: DeadLetter, in tx: Transaction) async throws -> Bool {
        let rows = try await tx.query(
            """
            WITH letter AS (
                DELETE FROM dead_jobs WHERE tenant_id = \(letter.tenant) AND id = \(letter.job) RETURNING *
            ), job AS (
                INSERT INTO jobs (tenant_id, id, kind, feature_id, revision, payload, max_attempts, last_error)
                SELECT tenant_id, id, kind, feature_id, revision, payload, max_attempts, last_error FROM letter
                RETURNING id
            )
            SELECT pg_notify(\(Jobs.channel), '') FROM job
            """)
        return !rows.isEmpty
    }
}
