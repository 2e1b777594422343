import EventLoop
import Glibc
import Synchronization
import Testing

@Suite struct ExecuteTests {
    @Test func runsBodiesOnItsThread() async throws {
        #expect(EventLoop.current == nil)
        let loop = EventLoop(name: "test")
        let isCurrent = await withCheckedContinuation { continuation in
            loop.execute { continuation.resume(returning: EventLoop.current === loop && loop.isCurrent) }
        }
        #expect(isCurrent)
        #expect(!loop.isCurrent)
        loop.stop()
    }

    @Test func runsBodiesInOrderFromOutside() async throws {
        let loop = EventLoop(name: "test")
        let record = Record<Int>()
        let items = await withCheckedContinuation { continuation in
            for number in 0..<10_000 { loop.execute { record.items.append(number) } }
            loop.execute { continuation.resume(returning: record.items) }
        }
        #expect(items == Array(0..<10_000))
        loop.stop()
    }

    @Test func neverRunsABodyInsideItsCaller() async throws {
        let order = try await withLoop { loop in
            let record = Record<String>()
            await withCheckedContinuation { continuation in
                loop.execute {
                    loop.execute {
                        record.items.append("inner")
                        continuation.resume()
                    }
                    record.items.append("outer")
                }
            }
            return record.items
        }
        #expect(order == ["outer", "inner"])
    }

    @Test func looksAtSocketsBetweenTurnsOfWork() async throws {
        // A body that queues itself for ever must not keep the loop from its timers.
        let fired = try await withLoop { loop in
            let isOver = Record<Bool>()
            @Sendable func again() {
                if isOver.items.isEmpty { loop.execute { again() } }
            }
            return await withCheckedContinuation { continuation in
                again()
                loop.schedule(after: .milliseconds(5)) {
                    isOver.items.append(true)
                    continuation.resume(returning: true)
                }
            }
        }
        #expect(fired)
    }

    @Test func takesBodiesFromManyThreads() async throws {
        let loop = EventLoop(name: "test")
        let pool = BlockingPool(threads: 4)
        let count = Record<Int>()
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    try await pool.run { for _ in 0..<5_000 { loop.execute { count.items.append(1) } } }
                }
            }
            try await group.waitForAll()
        }
        let total = await withCheckedContinuation { continuation in
            loop.execute { continuation.resume(returning: count.items.count) }
        }
        #expect(total == 20_000)
        loop.stop()
    }

    @Test func runsWhatIsQueuedBeforeItStops() async throws {
        let loop = EventLoop(name: "test")
        await withCheckedContinuation { continuation in
            loop.execute { continuation.resume() }
            loop.stop()
        }
    }

    /// The loop's own descriptors must stay its own while anyone can still wake it.
    @Test func doesNotWriteToOthersDescriptorsOnceStopped() async throws {
        let loop = EventLoop(name: "test")
        await withCheckedContinuation { continuation in loop.execute { continuation.resume() } }
        loop.stop()
        var pipes: [Int32] = []
        for _ in 0..<200 {
            var ends: [Int32] = [0, 0]
            socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0, &ends)
            pipes += ends
            for _ in 0..<50 { loop.execute {} }
        }
        for end in pipes {
            var byte: UInt8 = 0
            #expect(recv(end, &byte, 1, 0) == -1)
        }
        for end in pipes { close(end) }
    }
}
