import EventLoop
import HTTPServer
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import ObjectStore

/// Against a server that breaks its answers off in the middle, as often as the test says.
@Suite(.timeLimit(.minutes(1)))
struct WholeObjectTests {
    private struct BrokenOff: Error {}

    private func withStore(
        breaking times: Int, _ body: (SigV4ObjectStore, _ requests: @Sendable () -> Int) async throws -> Void
    ) async throws {
        let requests = Mutex(0)
        let seen = { @Sendable in requests.withLock { $0 } }
        let server = HTTPServer(
            configuration: HTTPServerConfiguration(), loops: TestS3.loops,
            logger: Logger(component: "test", sink: .discard), metrics: Metrics()
        ) { _ in
            let number = requests.withLock { count in
                count += 1
                return count
            }
            return Response(
                body: .stream(contentLength: 8) { body in
                    try await body.write([1, 2, 3, 4])
                    guard number > times else { throw BrokenOff() }
                    try await body.write([5, 6, 7, 8])
                })
        }
        let port = try await server.start().port
        do {
            try await body(try TestS3.store(endpoint: "http://127.0.0.1:\(port)"), seen)
            await server.drain(deadline: .zero)
        } catch {
            await server.drain(deadline: .zero)
            throw error
        }
    }

    @Test func anAnswerThatBreaksOffIsAskedForAgain() async throws {
        try await withStore(breaking: 2) { store, requests in
            let bytes = try await store.contents(of: "a", limit: 8)
            #expect(bytes == [1, 2, 3, 4, 5, 6, 7, 8])
            #expect(requests() == 3)
        }
    }

    @Test func notForEver() async throws {
        try await withStore(breaking: .max) { store, requests in
            await #expect {
                try await store.contents(of: "a", limit: 8)
            } throws: {
                if case .network = $0 as? ObjectStoreError { true } else { false }
            }
            #expect(requests() == 4)
        }
    }

    @Test func nothingTooLargeIsReadTwice() async throws {
        try await withStore(breaking: 0) { store, requests in
            await #expect(throws: ObjectStoreError.tooLarge(limit: 7)) { try await store.contents(of: "a", limit: 7) }
            #expect(requests() == 1)
        }
    }
}
