import Synchronization
import TestSupport
import Testing

@testable import ObjectStore

/// Objects that go up in parts.
@Suite(.timeLimit(.minutes(1)))
struct PartsTests {
    /// A stream of `count` chunks that are all different.
    private func stream(_ count: Int, of size: Int, length: Int? = nil, failAt: Int? = nil) -> ObjectContent {
        let index = Mutex(0)
        return .stream(length: length) {
            let current = index.withLock { index in
                defer { index += 1 }
                return index
            }
            if current == failAt { throw StreamFailure() }
            return current < count ? Self.chunk(current, size) : nil
        }
    }

    private struct StreamFailure: Error {}

    private static func chunk(_ index: Int, _ size: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: size)
        for position in stride(from: 0, to: size, by: 997) {
            bytes[position] = UInt8(truncatingIfNeeded: position / 997)
        }
        return bytes
    }

    @Test(arguments: Driver.available) func streamsOfAnyLengthArriveWhole(_ driver: Driver) async throws {
        let store = try await driver.store()
        // None, one that fits one put, and 12 parts of 1 MiB + 1 that make three parts of 5 MiB.
        for (count, size) in [(0, 1), (3, 100), (12, 1_048_577)] {
            try await store.put("stream", stream(count, of: size, length: count * size), contentType: "a/b")
            var expected = SHA256()
            for index in 0..<count { expected.update(Self.chunk(index, size)) }
            var read = SHA256()
            let object = try await store.get("stream")
            #expect(object.length == count * size)
            for try await chunk in object.body { read.update(chunk) }
            #expect(read.finish() == expected.finish())
        }
    }

    @Test(arguments: Driver.available) func largeBytesGoUpInPartsToo(_ driver: Driver) async throws {
        let store = try await driver.store()
        let bytes = Self.chunk(7, 5_242_880 * 2)
        try await store.put("bytes", bytes, contentType: "a/b")
        #expect(try await store.get("bytes").body.collect(limit: bytes.count) == bytes)
    }

    @Test(arguments: Driver.available) func aStreamThatFailsLeavesNothing(_ driver: Driver) async throws {
        let store = try await driver.store()
        await #expect(throws: StreamFailure.self) {
            try await store.put("fails", stream(20, of: 1_048_576, failAt: 11), contentType: "a/b")
        }
        #expect(try await store.list(prefix: "").entries == [])
    }

    @Test(arguments: Driver.available) func aStreamOfAnotherLengthIsAMismatch(_ driver: Driver) async throws {
        let store = try await driver.store()
        for length in [99, 301, 10_000_000] {
            await #expect {
                try await store.put("lies", stream(3, of: 100, length: length), contentType: "a/b")
            } throws: { error in
                if case .mismatch = error as? ObjectStoreError { true } else { false }
            }
        }
        await #expect(throws: ObjectStoreError.self) {
            try await store.put("lies", stream(12, of: 1_048_576, length: 11 * 1_048_576), contentType: "a/b")
        }
        #expect(try await store.list(prefix: "").entries == [])
    }

    @Test func partsAreOfOneSize() async throws {
        let pieces = Mutex<[[UInt8]]>([[1], [2, 3, 4, 5, 6], [], [7]])
        var source = PartSource(length: 7) { pieces.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
        #expect(try await source.next(upTo: 3) == [1, 2, 3])
        #expect(try await source.next(upTo: 3) == [4, 5, 6])
        #expect(try await source.next(upTo: 3) == [7])
        #expect(try await source.next(upTo: 3) == [])
    }
}
