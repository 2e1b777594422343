internal import Glibc
internal import Synchronization

/// What has to be put right when the program ends in the middle: a hidden prompt, half a download; and what to say.
final class Leaving: Sendable {
    private struct State {
        var undo: [Int: @Sendable () -> Void] = [:]
        var count = 0
        var words: [Line] = []
    }

    private let state = Mutex(State())

    /// Does `body`; should the program end meanwhile, `undo` is done first.
    func undoing<Result>(
        _ undo: @escaping @Sendable () -> Void, _ body: () async throws -> Result
    ) async rethrows -> Result {
        let number = state.withLock { state in
            state.count += 1
            state.undo[state.count] = undo
            return state.count
        }
        defer { _ = state.withLock { $0.undo.removeValue(forKey: number) } }
        return try await body()
    }

    /// What to tell whoever interrupts from here on, as how to come back.
    func say(_ words: [Line]) { state.withLock { $0.words = words } }

    /// Puts everything right.
    func leave() -> [Line] {
        let (undo, words) = state.withLock { ($0.undo.values, $0.words) }
        for body in undo { body() }
        return words
    }
}
