import EventLoop
import Testing

@Suite struct TaskExecutorTests {
    private actor Elsewhere {
        func visit() -> Bool { EventLoop.current == nil }
    }

    private func isOnALoop() async -> Bool { EventLoop.current != nil }

    @Test func staysOnTheLoop() async throws {
        let places = try await withLoop { loop in
            var places = [loop.isCurrent]
            await Task.yield()
            places.append(loop.isCurrent)
            try await Task.sleep(for: .milliseconds(1))
            places.append(loop.isCurrent)
            places.append(await self.isOnALoop())
            _ = await Elsewhere().visit()
            places.append(loop.isCurrent)
            await withCheckedContinuation { continuation in
                Task.detached { continuation.resume() }
            }
            places.append(loop.isCurrent)
            async let child = loop.isCurrent
            places.append(await child)
            places += await withTaskGroup { group in
                for _ in 0..<3 { group.addTask { loop.isCurrent } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            return places
        }
        #expect(places == Array(repeating: true, count: 10))
    }

    @Test func hopsBetweenLoops() async throws {
        let group = EventLoopGroup(count: 2, name: "test")
        let (first, second) = (group.loops[0], group.loops[1])
        let names = await Task(executorPreference: first) {
            var names = [EventLoop.current!.name]
            names.append(await withTaskExecutorPreference(second) { EventLoop.current!.name })
            names.append(EventLoop.current!.name)
            return names
        }.value
        #expect(names == ["test-0", "test-1", "test-0"])
        group.stop()
    }

    @Test func runsManyTasks() async throws {
        let sum = try await withLoop { loop in
            await withTaskGroup { group in
                for number in 0..<10_000 {
                    group.addTask {
                        await Task.yield()
                        loop.preconditionCurrent()
                        return number
                    }
                }
                return await group.reduce(0, +)
            }
        }
        #expect(sum == 49_995_000)
    }

    @Test func goesRoundItsLoops() async throws {
        let group = EventLoopGroup(count: 3, name: "test")
        #expect((0..<6).map { _ in group.next().name } == ["test-0", "test-1", "test-2", "test-0", "test-1", "test-2"])
        let kept = await Task(executorPreference: group.loops[2]) { group.currentOrNext().name }.value
        #expect(kept == "test-2")
        group.stop()
    }
}
