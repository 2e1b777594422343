internal import Kernel

/// One statement on the read lane, from the caller's `await` to the answer.
final class ReadRequest: Exchange, @unchecked Sendable {
    let scope: Scope
    let sql: SQL
    let deadline: ContinuousClock.Instant
    /// The Parse this request depends on, if it was under way when the request was sent.
    var preparation: Preparation?
    private var continuation: UnsafeContinuation<Rows, any Error>?
    private var hasBeenRetried = false
    private let lane: ReadLane
    /// The caller has gone; nobody waits for the answer.
    private(set) var isAbandoned = false
    unowned(unsafe) var connection: Connection?

    init(_ sql: SQL, scope: Scope, lane: ReadLane, deadline: ContinuousClock.Instant) {
        self.scope = scope
        self.sql = sql
        self.lane = lane
        self.deadline = deadline
    }

    func await(_ continuation: UnsafeContinuation<Rows, any Error>) { self.continuation = continuation }

    func resume(_ result: Result<Rows, any Error>) {
        guard let continuation else { return }
        self.continuation = nil
        continuation.resume(with: result)
    }

    func abandon() {
        isAbandoned = true
        resume(.failure(CancellationError()))
    }

    override func finish(_ outcome: Outcome) {
        switch outcome {
        case .answered(let result):
            guard result.isRowSet else {
                // SET, BEGIN and the like could outlive the Sync.
                lane.discard(self)
                return resume(.failure(Misuse("the read lane takes statements that return rows")))
            }
            resume(.success(Rows(result)))
        case .refused(var error):
            if error.isStalePlan {
                if let cause = preparation?.failure {
                    error = cause
                } else if !hasBeenRetried, !isAbandoned {
                    hasBeenRetried = true
                    failure = nil
                    return lane.retry(self)
                }
            }
            error.statement = sql.text
            resume(.failure(error))
        case .lost: resume(.failure(Problem.databaseUnreachable))
        }
    }
}

extension PostgresError {
    /// The prepared statement is gone or its result has changed shape: preparing it again mends that.
    var isStalePlan: Bool {
        sqlState == "26000" || sqlState == "0A000" && message == "cached plan must not change result type"
    }
}

/// The program used this layer in a way it does not allow.
struct Misuse: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
