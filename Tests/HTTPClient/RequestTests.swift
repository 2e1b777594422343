import EventLoop
import Synchronization
import TestSupport
import Testing

@testable import HTTPClient

@Suite(.timeLimit(.minutes(1)))
struct RequestTests {
    private let nowhere = HTTPClient(loops: loops, egress: .allowing(hosts: ["localhost"], plainHTTP: true))

    @Test(arguments: [
        ("X: y", "1"), ("", "1"), ("X\r\nY", "1"), ("X Y", "1"), ("X", "1\r\nY: 2"), ("X", "1\n"), ("X", "a\u{0}b"),
        ("Ü", "1"), ("Content-Length", "5"), ("transfer-encoding", "chunked"), ("Connection", "close"),
    ])
    func headersThatBreakFramingAreRefused(_ name: String, _ value: String) async {
        await #expect {
            try await nowhere.send(ClientRequest(url: "http://localhost:1/", headers: [(name, value)]))
        } throws: {
            if case .badHeader = $0 as? HTTPClientError { true } else { false }
        }
    }

    @Test(arguments: ["", "GET /", "G\r\n", "G\u{0}"])
    func otherMethodsAreRefused(_ method: String) async {
        await #expect(throws: HTTPClientError.self) {
            try await nowhere.send(ClientRequest(method: method, url: "http://localhost:1/"))
        }
    }

    @Test(arguments: [
        "", "localhost", "/path", "ftp://localhost/", "file:///etc/passwd", "http://", "http://user:pw@localhost/",
        "http://user@localhost/", "http://localhost/a b", "http://localhost/\r\nX: y", "http://localhost:99999/",
        "http://lo\u{e9}calhost/", "gopher://localhost/", "http://localhost:x/", "javascript:alert(1)",
    ])
    func otherURLsAreRefused(_ url: String) async {
        await #expect {
            try await nowhere.send(ClientRequest(url: url))
        } throws: {
            if case .badURL = $0 as? HTTPClientError { true } else { false }
        }
    }

    @Test func aStreamOfAnotherLengthFails() async throws {
        let server = try ScriptedServer { connection in
            guard connection.readHead() != nil else { return }
            connection.waitForClose()
        }
        defer { server.stop() }
        for length in [5, 100] {
            let left = Mutex(3)
            let body = ClientRequest.Body.stream(length: length) {
                left.withLock { left in
                    left -= 1
                    return left >= 0 ? [1, 2, 3, 4] : nil
                }
            }
            await #expect {
                try await client(for: server).send(ClientRequest(method: "PUT", url: server.url, body: body))
            } throws: {
                if case .requestBodyLength = $0 as? HTTPClientError { true } else { false }
            }
        }
    }

    @Test func aStreamThatThrowsEndsTheRequest() async throws {
        struct Refusal: Error {}
        let closed = AsyncStream<Void>.makeStream()
        let server = try ScriptedServer { connection in
            guard connection.readHead() != nil else { return }
            connection.waitForClose()
            closed.continuation.yield()
        }
        defer { server.stop() }
        let left = Mutex(2)
        let body = ClientRequest.Body.stream(length: 100) {
            try left.withLock { left in
                left -= 1
                if left < 0 { throw Refusal() }
                return [1]
            }
        }
        await #expect {
            try await client(for: server).send(ClientRequest(method: "PUT", url: server.url, body: body))
        } throws: {
            if case .requestBody(let error) = $0 as? HTTPClientError { error is Refusal } else { false }
        }
        for await _ in closed.stream { break }
    }

    @Test func aSlowServerSlowsTheStream() async throws {
        let total = 64 * 1_048_576
        let produced = Mutex(0)
        let producedEarly = Mutex(0)
        let server = try ScriptedServer { connection in
            guard connection.readHead() != nil, connection.read(1_048_576) != nil else { return }
            producedEarly.withLock { $0 = produced.withLock { $0 } }
            var left = total - 1_048_576
            while left > 0 {
                guard connection.read(min(left, 65_536)) != nil else { return }
                left -= min(left, 65_536)
            }
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        defer { server.stop() }
        let chunk = [UInt8](repeating: 1, count: 262_144)
        let body = ClientRequest.Body.stream(length: total) {
            produced.withLock { produced in
                guard produced < total else { return nil }
                produced += chunk.count
                return chunk
            }
        }
        let response = try await client(for: server).send(ClientRequest(method: "PUT", url: server.url, body: body))
        #expect(response.status == 200)
        #expect(produced.withLock { $0 } == total)
        #expect(producedEarly.withLock { $0 } < total / 2)
    }

    @Test func rewindingNeedsBytes() {
        var bytes = UploadSource(bytes: [1, 2, 3])
        #expect(read(&bytes) == .bytes(2))
        #expect(rewind(&bytes, to: 0))
        #expect(read(&bytes) == .bytes(2))
        #expect(read(&bytes) == .bytes(1))
        #expect(read(&bytes) == .end)
        #expect(!rewind(&bytes, to: 4))
        var stream = UploadSource(streamOf: 3)
        #expect(rewind(&stream, to: 0))
        #expect(read(&stream) == .wait)
        #expect(supply(&stream, [1, 2]))
        #expect(read(&stream) == .bytes(2))
        #expect(!rewind(&stream, to: 0))
        #expect(!supply(&stream, [3, 4]))
        stream.end()
        #expect(read(&stream) == .wrongLength)
    }

    // `#expect` takes no mutating calls on a member of a variable.
    private func read(_ source: inout UploadSource) -> UploadSource.Step {
        var buffer = [UInt8](repeating: 0, count: 2)
        return buffer.withUnsafeMutableBytes { source.read(into: $0) }
    }

    private func rewind(_ source: inout UploadSource, to position: Int) -> Bool { source.rewind(to: position) }

    private func supply(_ source: inout UploadSource, _ bytes: [UInt8]) -> Bool { source.supply(bytes) }
}
