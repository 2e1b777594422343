/// The commands up to one Sync, and what came back for them.
///
/// The result that counts is the last one; the error that counts is the first, since PostgreSQL skips what follows it
/// up to the Sync.
///
/// Invariant for @unchecked, here and in the subclasses: touched by the thread of its connection's loop alone.
class Exchange: @unchecked Sendable {
    enum Outcome {
        case answered(ResultHandle)
        case refused(PostgresError)
        /// The connection broke first; whether the server did the work is unknown.
        case lost
    }

    fileprivate(set) final var result: ResultHandle?
    final var failure: PostgresError?

    init() {}

    /// Called exactly once.
    func finish(_ outcome: Outcome) {}

    final func take(_ result: ResultHandle) { self.result = result }

    final func settle(isLost: Bool) {
        switch (isLost, failure, result) {
        case (true, _, _): finish(.lost)
        case (false, let failure?, _): finish(.refused(failure))
        case (false, nil, let result?): finish(.answered(result))
        case (false, nil, nil): finish(.lost)
        }
        result = nil
    }
}

/// A Parse of its own, so that its failure is told apart from that of the statements around it.
final class Preparation: Exchange, @unchecked Sendable {
    private let whenDone: (Bool) -> Void

    init(whenDone: @escaping (Bool) -> Void) { self.whenDone = whenDone }

    override func finish(_ outcome: Outcome) {
        if case .answered = outcome { whenDone(true) } else { whenDone(false) }
    }
}
