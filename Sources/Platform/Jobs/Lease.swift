package import Kernel
package import Postgres
internal import Synchronization

/// The right to work on one job for a while. Whatever is done with the job is fenced by the lease's token: after another
/// worker has taken the job over, every call here throws `LeaseLost` and the transaction around it rolls back.
package struct Lease: Sendable {
    package let job: JobID
    package let tenant: TenantID
    package let kind: String
    package let payload: JSON
    /// Why nobody can work with the payload.
    var defect: String? = nil
    package let revision: Int?
    /// This attempt's number, from 1.
    package let attempt: Int
    package let maximumAttempts: Int
    package let createdAt: Timestamp
    package let lastError: String?
    package let token: LeaseToken
    let topic: Topic?
    /// Whether the job has been dealt with by a call here, in a transaction that may still fail.
    let settlement = Settlement()

    package var isLastAttempt: Bool { attempt >= maximumAttempts }

    /// What the job is about.
    package func feature<Subject>(as subject: Subject.Type = Subject.self) -> ID<Subject>? {
        topic.map { ID<Subject>(high: $0.high, low: $0.low) }
    }

    /// Takes the job off the queue, in the transaction that stores its output and enqueues what comes next.
    package func complete(in tx: Transaction) async throws {
        settlement.attempt()
        try await fenced(tx, "DELETE FROM jobs WHERE \(mine)")
    }

    /// Gives the job back until `due` without having spent an attempt: it could not run now, which is no failure.
    package func snooze(until due: NewJob.Due, in tx: Transaction) async throws {
        settlement.attempt()
        try await fenced(
            tx,
            """
            UPDATE jobs SET lease_token = NULL, lease_until = NULL, worker = NULL, attempt = greatest(attempt - 1, 0),
                run_at = \(due.sql), parked = \(due.sql) > now()
            WHERE \(mine)
            """)
    }

    /// Locks the job for the rest of `tx`, proving that it is still ours before anything else is written.
    package func fence(in tx: Transaction) async throws {
        guard try await tx.query("SELECT 1 FROM jobs WHERE \(mine) FOR UPDATE").count == 1 else {
            throw LeaseLost(job: job)
        }
    }

    /// Gives the job back for another attempt.
    func retry(after delay: Duration, error: String, in tx: Transaction) async throws {
        try await fenced(
            tx,
            """
            UPDATE jobs SET lease_token = NULL, lease_until = NULL, worker = NULL, run_at = now() + \(delay),
                parked = \(delay) > interval '0', last_error = \(error)
            WHERE \(mine)
            """)
    }

    /// Moves the job to the dead letters.
    func bury(reason: String, error: String?, in tx: Transaction) async throws {
        try await fenced(
            tx,
            """
            WITH gone AS (DELETE FROM jobs WHERE \(mine) RETURNING *)
            INSERT INTO dead_jobs
                (tenant_id, id, kind, feature_id, revision, payload, attempt, max_attempts, reason, last_error, created_at)
            SELECT tenant_id, id, kind, feature_id, revision, payload, least(attempt, max_attempts), max_attempts,
                \(reason), coalesce(\(error), last_error), created_at
            FROM gone
            """)
    }

    private var mine: SQL { "tenant_id = \(tenant) AND id = \(job) AND lease_token = \(token)" }

    private func fenced(_ tx: Transaction, _ sql: SQL) async throws {
        guard try await tx.execute(sql) == 1 else { throw LeaseLost(job: job) }
    }
}

package enum LeaseSubject {}
package typealias LeaseToken = ID<LeaseSubject>

/// Another worker has the job now, or it is gone. What this one did must not be kept.
package struct LeaseLost: Error, Sendable, Equatable, CustomStringConvertible {
    package let job: JobID

    package init(job: JobID) { self.job = job }

    package var description: String { "the lease of job \(job) is lost" }
}

/// Whether a handler has tried to deal with its job. Shared by the copies of a lease.
final class Settlement: Sendable {
    private let tried = Mutex(false)

    func attempt() { tried.withLock { $0 = true } }
    var wasAttempted: Bool { tried.withLock { $0 } }
}
