package import Postgres

/// What a handler has done with its job.
package enum JobOutcome: Sendable {
    /// The work is done. `Lease.complete(in:)` was called in the transaction that stored it; if not, the worker takes the
    /// job off the queue itself.
    case completed
    /// It cannot run before then. `Lease.snooze(until:in:)` was called, or the worker does it; no attempt is spent.
    case snoozed(until: NewJob.Due)
}

/// What a handler may use besides its lease.
package struct JobContext: Sendable {
    package let database: Database
    /// The worker is about to stop: finish soon, or put off what is long.
    package let isDraining: @Sendable () -> Bool
}

/// Works on one job. Runs on an event loop; its task is cancelled when the lease is lost or the worker must stop.
package typealias JobHandler = @Sendable (Lease, JobContext) async throws -> JobOutcome

/// Runs in the transaction that buries a job, scoped to its tenant, so that what waits for the job learns of its end.
package typealias JobUndertaker = @Sendable (_ lease: Lease, _ reason: String, Transaction) async throws -> Void

/// A handler's way to say how it failed, in words that may be shown to operators and kept.
package struct JobFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let isRetryable: Bool
    package let reason: String

    package init(retryable: Bool, reason: String) {
        isRetryable = retryable
        self.reason = reason
    }

    package var description: String { reason }
}
