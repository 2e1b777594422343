import Artifacts
import Kernel
import Synchronization
import TestSupport
import Testing

@Suite("Heavy work", .timeLimit(.minutes(1)))
struct HeavyWorkTests {
    /// Holds whoever comes until it is opened, and counts.
    private final class Door: Sendable {
        let inside = Mutex(0)
        let most = Mutex(0)
        let isOpen = Mutex(false)

        func pass() async throws {
            let now = inside.withLock { count in
                count += 1
                return count
            }
            most.withLock { $0 = max($0, now) }
            while !isOpen.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
            inside.withLock { $0 -= 1 }
        }
    }

    @Test("So many at once and so many in line; the next is told to come again, and the others all come through")
    func line() async throws {
        let work = HeavyWork(places: 2, line: 3)
        let door = Door()
        try await withThrowingTaskGroup(of: Int?.self) { group in
            for index in 0..<9 {
                group.addTask {
                    do {
                        return try await work.run {
                            try await door.pass()
                        } work: {
                            index
                        }
                    } catch let problem as Problem where problem.status == 503 {
                        return nil
                    }
                }
            }
            // Four are turned away while nobody has finished; then the rest are let through.
            var results: [Int?] = []
            for _ in 0..<4 { if let result = try await group.next() { results.append(result) } }
            #expect(results.allSatisfy { $0 == nil })
            door.isOpen.withLock { $0 = true }
            for try await result in group { results.append(result) }
            #expect(results.compactMap { $0 }.count == 5)
        }
        #expect(door.most.withLock { $0 } == 2)
    }

    @Test("A place is free again after a failure")
    func failure() async throws {
        struct Broken: Error {}
        let work = HeavyWork(places: 1, line: 0)
        await #expect(throws: Broken.self) {
            try await work.run {
                throw Broken()
            } work: { () in
            }
        }
        await #expect(throws: Broken.self) {
            try await work.run {
            } work: { () in
                throw Broken()
            }
        }
        let done = try await work.run {
            1
        } work: {
            $0 + 1
        }
        #expect(done == 2)
    }
}
