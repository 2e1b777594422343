import EventLoop
import Glibc
import Testing

@Suite struct WatchTests {
    /// Two connected sockets, closed at the end.
    private static func withSockets<Result: Sendable>(
        _ body: @escaping @Sendable (EventLoop, Int32, Int32) async throws -> Result
    ) async throws -> Result {
        try await withLoop { loop in
            var ends: [Int32] = [0, 0]
            let made = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0, &ends)
            #expect(made == 0)
            defer { for end in ends { close(end) } }
            return try await body(loop, ends[0], ends[1])
        }
    }

    private static func put(_ text: String, into descriptor: Int32) {
        _ = text.withCString { write(descriptor, $0, strlen($0)) }
    }

    @Test func tellsAgainWhileALevelLasts() async throws {
        let count = try await Self.withSockets { loop, near, far in
            let calls = Record<Readiness>()
            await withCheckedContinuation { continuation in
                let watch = Record<Watch>()
                let made = try? loop.watch(near, .read, trigger: .level) { readiness in
                    calls.items.append(readiness)
                    guard calls.items.count == 3 else { return }
                    watch.items[0].cancel()
                    continuation.resume()
                }
                if let made { watch.items.append(made) }
                Self.put("x", into: far)
            }
            return calls.items.count
        }
        #expect(count == 3)
    }

    @Test func tellsAnEdgeOnce() async throws {
        let count = try await Self.withSockets { loop, near, far in
            let calls = Record<Readiness>()
            let watch = try loop.watch(near, .read, trigger: .edge) { calls.items.append($0) }
            Self.put("x", into: far)
            for _ in 0..<20 { await Task.yield() }
            let before = calls.items.count
            Self.put("y", into: far)
            for _ in 0..<20 { await Task.yield() }
            watch.cancel()
            return [before, calls.items.count]
        }
        #expect(count == [1, 2])
    }

    @Test func changesItsInterest() async throws {
        let seen = try await Self.withSockets { loop, near, far in
            let calls = Record<Readiness>()
            let watch = try loop.watch(near, [], trigger: .level) { calls.items.append($0) }
            Self.put("x", into: far)
            for _ in 0..<20 { await Task.yield() }
            let silent = calls.items.isEmpty
            watch.change(to: .write)
            for _ in 0..<20 { await Task.yield() }
            let wrote = !calls.items.isEmpty && calls.items.allSatisfy { $0 == .write }
            watch.change(to: .read)
            calls.items = []
            for _ in 0..<20 { await Task.yield() }
            let read = !calls.items.isEmpty && calls.items.allSatisfy { $0 == .read }
            watch.cancel()
            return [silent, wrote, read]
        }
        #expect(seen == [true, true, true])
    }

    @Test func tellsThatThePeerHasClosedItsHalf() async throws {
        let readiness = try await Self.withSockets { loop, near, far in
            await withCheckedContinuation { continuation in
                let watch = Record<Watch>()
                let made = try? loop.watch(near, [.read, .readClosed], trigger: .edge) { readiness in
                    watch.items[0].cancel()
                    continuation.resume(returning: readiness)
                }
                if let made { watch.items.append(made) }
                shutdown(far, Int32(SHUT_WR))
            }
        }
        #expect(readiness.contains(.readClosed))
        #expect(!readiness.contains(.hungUp))
    }

    /// Both are ready in the same round: the one that is cancelled by the other must not be called.
    @Test func doesNotCallWhatWasCancelledInTheSameRound() async throws {
        let calls = try await Self.withSockets { loop, near, far in
            let calls = Record<Int32>()
            let watches = Record<Watch>()
            await withCheckedContinuation { continuation in
                for end in [near, far] {
                    let made = try? loop.watch(end, .write, trigger: .level) { _ in
                        calls.items.append(end)
                        for watch in watches.items { watch.cancel() }
                    }
                    if let made { watches.items.append(made) }
                }
                loop.schedule(after: .milliseconds(5)) { continuation.resume() }
            }
            return calls.items.count
        }
        #expect(calls == 1)
    }

    @Test func refusesWhatCannotBeWatched() async throws {
        try await withLoop { loop in
            let error = #expect(throws: EventLoopError.self) {
                _ = try loop.watch(-1, .read, trigger: .level) { _ in }
            }
            #expect(error?.errno == EBADF)
        }
    }

    @Test func letsGoOfItsHandler() async throws {
        final class Held {}
        let isFree = try await Self.withSockets { loop, near, _ in
            var held: Held? = Held()
            weak let remembered = held
            let watch = try loop.watch(near, .read, trigger: .level) { [held] _ in _ = held }
            held = nil
            let wasHeld = remembered != nil
            watch.cancel()
            return wasHeld && remembered == nil
        }
        #expect(isFree)
    }
}
