internal import Synchronization

/// Hands chunks from one task to another, one at a time: the giver goes on when the taker has taken.
final class Handover: Sendable {
    private enum State {
        case idle
        case offered([UInt8], CheckedContinuation<Void, any Error>)
        case wanted(CheckedContinuation<[UInt8]?, any Error>)
        case ended((any Error)?)
    }

    private let state = Mutex(State.idle)

    /// Suspends until the chunk is taken.
    ///
    /// - Throws: what it was ended with; `CancellationError` when nobody will take any more.
    func give(_ bytes: [UInt8]) async throws {
        try await withCheckedThrowingContinuation { (giver: CheckedContinuation<Void, any Error>) in
            let resume: @Sendable () -> Void = state.withLock { state in
                switch state {
                case .idle:
                    state = .offered(bytes, giver)
                    return {}
                case .wanted(let taker):
                    state = .idle
                    return {
                        taker.resume(returning: bytes)
                        giver.resume()
                    }
                case .offered: preconditionFailure("one task gives")
                case .ended(let error):
                    return { giver.resume(throwing: error ?? CancellationError()) }
                }
            }
            resume()
        }
    }

    /// The next chunk; `nil` at the end.
    ///
    /// - Throws: what it was ended with.
    func take() async throws -> [UInt8]? {
        try await withCheckedThrowingContinuation { (taker: CheckedContinuation<[UInt8]?, any Error>) in
            let resume: @Sendable () -> Void = state.withLock { state in
                switch state {
                case .idle:
                    state = .wanted(taker)
                    return {}
                case .offered(let bytes, let giver):
                    state = .idle
                    return {
                        taker.resume(returning: bytes)
                        giver.resume()
                    }
                case .wanted: preconditionFailure("one task takes")
                case .ended(let error?): return { taker.resume(throwing: error) }
                case .ended(nil): return { taker.resume(returning: nil) }
                }
            }
            resume()
        }
    }

    /// The first call counts.
    func end(_ error: (any Error)? = nil) {
        let resume: @Sendable () -> Void = state.withLock { state in
            let before = state
            switch before {
            case .ended: return {}
            case .idle:
                state = .ended(error)
                return {}
            case .offered(_, let giver):
                state = .ended(error)
                return { giver.resume(throwing: error ?? CancellationError()) }
            case .wanted(let taker):
                state = .ended(error)
                return {
                    if let error { taker.resume(throwing: error) } else { taker.resume(returning: nil) }
                }
            }
        }
        resume()
    }
}
