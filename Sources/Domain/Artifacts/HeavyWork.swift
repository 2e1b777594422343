internal import EventLoop
internal import Kernel

/// Work that holds whole builds in memory and burns CPU, so few at a time: the others wait their turn, and beyond a
/// line of them nobody is let in.
package actor HeavyWork {
    private let pool: BlockingPool
    private let places: Int
    private let line: Int
    private var busy = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// - Parameters:
    ///   - places: how many at once.
    ///   - line: how many may wait.
    package init(places: Int = 2, line: Int = 32) {
        pool = BlockingPool(threads: places)
        self.places = places
        self.line = line
    }

    /// Loads, then works.
    ///
    /// - Parameters:
    ///   - load: brings what is needed into memory, when its turn has come.
    ///   - work: runs on a thread that may block.
    /// - Throws: `Problem`, 503, when too many wait already.
    package func run<Input: Sendable, Result: Sendable>(
        _ load: @Sendable () async throws -> Input, work: @escaping @Sendable (Input) throws -> Result
    ) async throws -> Result {
        try await enter()
        defer { leave() }
        try Task.checkCancellation()
        let input = try await load()
        return try await pool.run { try work(input) }
    }

    private func enter() async throws {
        guard busy == places else {
            busy += 1
            return
        }
        guard waiting.count < line else { throw Problem.busy }
        await withCheckedContinuation { waiting.append($0) }
    }

    /// The place goes to the first in line, or is free.
    private func leave() {
        if waiting.isEmpty { busy -= 1 } else { waiting.removeFirst().resume() }
    }
}

extension Problem {
    static let busy = Problem(
        "busy", status: 503, title: "Too much at once",
        detail:
            "Many builds are being compared or exported right now. Nothing is wrong with yours: try again in a moment.",
        headers: [("Retry-After", "5")])
}
