internal import Kernel
package import Postgres

/// Decides what becomes of a job whose handler has ended without an outcome. Pure: no clock, no database.
package struct RetryPolicy: Sendable, Equatable {
    package enum Decision: Sendable, Equatable {
        case retry(after: Duration, error: String)
        case bury(reason: String, error: String)
        /// Back to the queue, no attempt spent: the worker is stopping, somebody interrupted the work, or the database
        /// was away.
        case release(after: Duration)
        /// Another worker has it.
        case nothing
    }

    /// How things stood when the handler ended.
    package struct Circumstances: Sendable, Equatable {
        package var attempt: Int
        package var maximumAttempts: Int
        package var isLeaseLost: Bool
        package var isStopping: Bool
        package var isInterrupted: Bool

        package init(
            attempt: Int, maximumAttempts: Int, isLeaseLost: Bool = false, isStopping: Bool = false,
            isInterrupted: Bool = false
        ) {
            self.attempt = attempt
            self.maximumAttempts = maximumAttempts
            self.isLeaseLost = isLeaseLost
            self.isStopping = isStopping
            self.isInterrupted = isInterrupted
        }
    }

    package let backoff: Backoff
    /// How long after an outage the work is tried again, at most; spread, so that not everything comes back at once.
    static let afterOutage: Duration = .seconds(5)

    package init(backoff: Backoff = Backoff(base: .seconds(2), cap: .seconds(300))) { self.backoff = backoff }

    /// - Parameter random: from 0 up to 1, for the jitter.
    package func decide(
        _ error: any Error, _ now: Circumstances, random: Double = .random(in: 0..<1)
    ) -> Decision {
        if now.isLeaseLost || error is LeaseLost { return .nothing }
        if now.isInterrupted || (error is CancellationError && now.isStopping) {
            return .release(after: .zero)
        }
        if let problem = error as? Problem, problem.isDatabaseOutage {
            return .release(after: Self.afterOutage * random)
        }
        let words = Self.words(for: error)
        if let failure = error as? JobFailure, !failure.isRetryable { return .bury(reason: words, error: words) }
        guard now.attempt < now.maximumAttempts else {
            let attempts = now.maximumAttempts == 1 ? "1 attempt" : "\(now.maximumAttempts) attempts"
            return .bury(reason: "failed after \(attempts): \(words)", error: words)
        }
        return .retry(after: backoff.delay(after: now.attempt, random: random), error: words)
    }

    /// Words that may be kept: of errors written for people their text, of others only the type.
    static func words(for error: any Error) -> String {
        switch error {
        case let failure as JobFailure: failure.reason
        case let problem as Problem: problem.detail
        case let refusal as PostgresError: refusal.description
        case is CancellationError: "the work was interrupted"
        default: "an unexpected error (\(type(of: error)))"
        }
    }
}
