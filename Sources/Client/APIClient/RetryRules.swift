internal import HTTPClient
internal import Kernel

/// Whether a call that failed is made again, and after how long. Every call may be: a POST carries an idempotency key.
package struct RetryRules: Sendable {
    /// The first call included.
    var attempts: Int
    /// A server that wants to be left alone for longer has its answer shown instead.
    var longestWait: Duration

    package init(attempts: Int = 4, longestWait: Duration = .seconds(20)) {
        self.attempts = attempts
        self.longestWait = longestWait
    }

    /// For `doctor` and completion, where a quick answer is worth more than a good one.
    package static let none = RetryRules(attempts: 1, longestWait: .zero)

    /// - Parameter attempt: which one failed, from 1.
    /// - Returns: how long to wait, or `nil` to give up.
    func pause(after failure: APIFailure, attempt: Int) -> Duration? {
        guard attempt < attempts else { return nil }
        let backoff = Duration.milliseconds(250 << min(attempt - 1, 6))
        switch failure {
        case .refused(let problem):
            switch (problem.status, problem.code) {
            case (429, _), (503, _):
                let asked = problem.retryAfter.map { Duration.seconds($0) } ?? backoff
                return asked <= longestWait ? max(asked, backoff) : nil
            // Our own first try is still at work there; its answer will be ours.
            case (409, "idempotency-key-in-use"): return backoff
            case (502, _), (504, _): return backoff
            default: return nil
            }
        case .unreachable(let error):
            // Who is told "connection refused" wants to know at once; once more is for a server that restarts.
            return error.isTransient && attempt < 3 ? backoff : nil
        case .notUnderstood: return nil
        }
    }
}
