import EventLoop
import Glibc
import Synchronization
import Testing

@Suite struct BlockingPoolTests {
    private struct Refused: Error, Equatable {}

    /// Waits on its thread until as many others do.
    private final class Barrier: Sendable {
        private let arrived = Atomic<Int>(0)

        func meet(_ count: Int) {
            arrived.add(1, ordering: .sequentiallyConsistent)
            while arrived.load(ordering: .sequentiallyConsistent) < count { usleep(100) }
        }
    }

    /// How many were in it at once, at most.
    private final class Crowd: Sendable {
        private let counts = Mutex((now: 0, most: 0))

        func enter() {
            counts.withLock { counts in
                counts.now += 1
                counts.most = max(counts.most, counts.now)
            }
        }

        func leave() { counts.withLock { $0.now -= 1 } }
        var most: Int { counts.withLock { $0.most } }
    }

    @Test func runsAsManyAtOnceAsItHasThreads() async throws {
        let pool = BlockingPool(threads: 4)
        let barrier = Barrier()
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 { group.addTask { try await pool.run { barrier.meet(4) } } }
            try await group.waitForAll()
        }
    }

    @Test func runsNoMoreAtOnceThanItHasThreads() async throws {
        let pool = BlockingPool(threads: 2)
        let crowd = Crowd()
        try await withThrowingTaskGroup { group in
            for _ in 0..<40 {
                group.addTask {
                    try await pool.run {
                        crowd.enter()
                        usleep(500)
                        crowd.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(crowd.most == 2)
    }

    @Test func passesResultsAndErrorsOn() async throws {
        let pool = BlockingPool(threads: 1)
        #expect(try await pool.run { 6 * 7 } == 42)
        await #expect(throws: Refused()) { try await pool.run { throw Refused() } }
        #expect(try await pool.run { EventLoop.current == nil })
    }

    @Test func returnsToTheLoopItWasCalledFrom() async throws {
        let pool = BlockingPool(threads: 2)
        let isBack = try await withLoop { loop in
            _ = try await pool.run { usleep(1_000) }
            return loop.isCurrent
        }
        #expect(isBack)
    }

    @Test func takesThousandsOfBodies() async throws {
        let pool = BlockingPool(threads: 3)
        let total = try await withThrowingTaskGroup { group in
            for number in 0..<5_000 { group.addTask { try await pool.run { number } } }
            return try await group.reduce(0, +)
        }
        #expect(total == 12_497_500)
    }
}
