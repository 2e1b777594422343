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
    /// This attempt's number when the job was claimed, from 1.
    let claimedAttempt: Int
    package let maximumAttempts: Int
    package let createdAt: Timestamp
    package let lastError: String?
    package let token: LeaseToken
    let topic: Topic?
    /// Whether the job has been dealt with by a call here, in a transaction that may still fail.
    let settlement = Settlement()

    /// This attempt's number, from 1; 1 again once it has made progress.
    package var attempt: Int { settlement.hasProgressed ? 1 : claimedAttempt }

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

    /// Proves like `fence` that the job is ours, and gives it all its attempts again: what is being stored is never done
    /// twice, so however often the work breaks off, it ends. Call `progressed()` when `tx` has committed.
    package func renewAttempts(in tx: Transaction) async throws {
        try await fenced(tx, "UPDATE jobs SET attempt = 1 WHERE \(mine)")
    }

    /// What `renewAttempts(in:)` was called for is stored.
    package func progressed() { settlement.noteProgress() }

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

/// What a handler has done about its job. Shared by the copies of a lease.
final class Settlement: Sendable {
    private let tried = Atomic(false)
    private let progress = Atomic(false)

    func attempt() { tried.store(true, ordering: .relaxed) }
    var wasAttempted: Bool { tried.load(ordering: .relaxed) }

    func noteProgress() { progress.store(true, ordering: .relaxed) }
    var hasProgressed: Bool { progress.load(ordering: .relaxed) }
}
