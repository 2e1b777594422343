import EventLoop
import Synchronization
import TestSupport
import Testing

@testable import HTTPClient

/// Time limits, cancellation, and that nothing stays behind.
@Suite(.timeLimit(.minutes(1)))
struct LifetimeTests {
    /// A server that sends `opening` to each request, `each` again and again if given, and tells of each close.
    private struct Silent {
        let server: ScriptedServer
        let closed: AsyncStream<Void>

        init(_ opening: String) throws {
            let (closed, told) = AsyncStream<Void>.makeStream()
            self.closed = closed
            server = try ScriptedServer { connection in
                guard connection.readHead() != nil else { return }
                connection.write(opening)
                connection.waitForClose()
                told.yield()
            }
        }

        func awaitClose() async { for await _ in closed { break } }
    }

    private static let begun = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"

    private func expectTimeout(_ kind: TimeoutKind, _ body: () async throws -> Void) async {
        await #expect { try await body() } throws: {
            if case .timeout(kind) = $0 as? HTTPClientError { true } else { false }
        }
    }

    @Test func theFirstByteHasALimit() async throws {
        let silent = try Silent("")
        defer { silent.server.stop() }
        let client = client(for: silent.server)
        await expectTimeout(.firstByte) {
            _ = try await client.send(
                ClientRequest(url: silent.server.url, timeouts: .init(firstByte: .milliseconds(50))))
        }
        await silent.awaitClose()
        #expect(await client.transfersUnderWay == 0)
    }

    @Test func silenceInTheBodyHasALimit() async throws {
        let silent = try Silent(Self.begun)
        defer { silent.server.stop() }
        let client = client(for: silent.server)
        let response = try await client.send(
            ClientRequest(url: silent.server.url, timeouts: .init(idle: .milliseconds(50))))
        var body = response.body.makeAsyncIterator()
        #expect(try await body.next() == Array("abc".utf8))
        await expectTimeout(.idle) { _ = try await body.next() }
        await silent.awaitClose()
        #expect(await client.transfersUnderWay == 0)
    }

    @Test func theWholeHasALimit() async throws {
        let server = try ScriptedServer { connection in
            guard connection.readHead() != nil else { return }
            connection.write(Self.begun)
            while connection.write("1\r\nx\r\n"), !connection.awaitReadable(milliseconds: 10) {}
        }
        defer { server.stop() }
        let client = client(for: server)
        await expectTimeout(.total) {
            let response = try await client.send(
                ClientRequest(url: server.url, timeouts: .init(idle: .seconds(5), total: .milliseconds(100))))
            for try await _ in response.body {}
        }
        #expect(await client.transfersUnderWay == 0)
    }

    @Test func theHandshakeHasALimit() async throws {
        let server = try ScriptedServer { $0.waitForClose() }
        defer { server.stop() }
        await expectTimeout(.connect) {
            _ = try await client(for: server).send(
                ClientRequest(
                    url: "https://127.0.0.1:\(server.port)/", timeouts: .init(connect: .milliseconds(100))))
        }
    }

    @Test func cancellingWhileWaitingForTheHead() async throws {
        let silent = try Silent("")
        defer { silent.server.stop() }
        let client = client(for: silent.server)
        let url = silent.server.url
        let task = Task { try await client.send(ClientRequest(url: url)).status }
        while silent.server.connections == 0 { await Task.yield() }
        task.cancel()
        await #expect { try await task.value } throws: {
            if case .cancelled = $0 as? HTTPClientError { true } else { false }
        }
        #expect(await client.transfersUnderWay == 0)
    }

    @Test func cancellingBeforeTheStart() async throws {
        let server = try ScriptedServer { _ in }
        defer { server.stop() }
        let client = client(for: server)
        let url = server.url
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await client.send(ClientRequest(url: url)).status
        }
        task.cancel()
        await #expect(throws: HTTPClientError.self) { try await task.value }
        #expect(server.connections == 0)
    }

    @Test func cancellingWhileReading() async throws {
        let silent = try Silent(Self.begun)
        defer { silent.server.stop() }
        let client = client(for: silent.server)
        let url = silent.server.url
        let (firsts, first) = AsyncStream<Void>.makeStream()
        let task = Task {
            for try await _ in try await client.send(ClientRequest(url: url)).body { first.yield() }
        }
        for await _ in firsts { break }
        task.cancel()
        await #expect(throws: HTTPClientError.self) { try await task.value }
        await silent.awaitClose()
        #expect(await client.transfersUnderWay == 0)
    }

    @Test func cancellingAStreamedRequest() async throws {
        let server = try ScriptedServer { connection in
            guard connection.readHead() != nil else { return }
            connection.waitForClose()
        }
        defer { server.stop() }
        let client = client(for: server)
        let url = server.url
        let (begun, begin) = AsyncStream<Void>.makeStream()
        let wasCancelled = AsyncStream<Void>.makeStream()
        let task = Task {
            let body = ClientRequest.Body.stream(length: 100) {
                begin.yield()
                // A source that waits until it is told to stop.
                await withTaskCancellationHandler {
                    for await _ in AsyncStream<Void>.makeStream().stream {}
                } onCancel: {
                    wasCancelled.continuation.yield()
                }
                return nil
            }
            return try await client.send(ClientRequest(method: "PUT", url: url, body: body)).status
        }
        for await _ in begun { break }
        task.cancel()
        await #expect(throws: HTTPClientError.self) { try await task.value }
        for await _ in wasCancelled.stream { break }
        #expect(await client.transfersUnderWay == 0)
    }

    @Test func lettingGoOfABodyEndsItsTransfer() async throws {
        let silent = try Silent(Self.begun)
        defer { silent.server.stop() }
        let client = client(for: silent.server)
        do {
            let response = try await client.send(ClientRequest(url: silent.server.url))
            #expect(response.status == 200)
        }
        await silent.awaitClose()
        #expect(await client.transfersUnderWay == 0)
    }

    @Test func aBodyOutlivesItsClient() async throws {
        let server = try ScriptedServer { connection in
            guard connection.readHead() != nil else { return }
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n")
            connection.write([UInt8](repeating: 1, count: 200_000))
        }
        defer { server.stop() }
        let response = try await client(for: server).send(ClientRequest(url: server.url))
        #expect(try await response.body.collect(limit: 200_000).count == 200_000)
    }

    @Test func transfersAreFreedWithTheirResponse() async throws {
        let server = try ScriptedServer { connection in
            while connection.readHead() != nil { connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") }
        }
        defer { server.stop() }
        let client = client(for: server)
        weak var transfer: Transfer?
        do {
            let response = try await client.send(ClientRequest(url: server.url))
            transfer = response.body.transfer
            #expect(transfer != nil)
            #expect(try await response.body.collect(limit: 2).count == 2)
        }
        while transfer != nil { await Task.yield() }
    }

    @Test func manyAtOnce() async throws {
        let server = try ScriptedServer { connection in
            while let head = connection.readHead() {
                let path = head.split(separator: " ")[1]
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)")
            }
        }
        defer { server.stop() }
        let client = client(for: server)
        let url = server.url
        try await withThrowingTaskGroup { group in
            for index in 0..<400 {
                // Half of them on a loop, half on the global pool.
                let loop = index % 2 == 0 ? loops.next() : nil
                group.addTask(executorPreference: loop) {
                    let response = try await client.send(ClientRequest(url: "\(url)/\(index)"))
                    #expect(try await response.body.collect(limit: 100) == Array("/\(index)".utf8))
                }
            }
            try await group.waitForAll()
        }
        #expect(await client.transfersUnderWay == 0)
    }

    @Test func deadlinesFollowThePhases() {
        let start = ContinuousClock.now
        var deadlines = Deadlines(start: start, limits: .init(connect: .seconds(1), total: .seconds(10)))
        #expect(deadlines.next == start + .seconds(1))
        #expect(deadlines.expired(at: start + .seconds(1)) == .connect)
        deadlines.begin(.firstByte, .seconds(2), now: start + .seconds(1))
        #expect(deadlines.expired(at: start + .milliseconds(2_999)) == nil)
        #expect(deadlines.expired(at: start + .seconds(3)) == .firstByte)
        deadlines.pause()
        #expect(deadlines.next == start + .seconds(10))
        #expect(deadlines.expired(at: start + .seconds(9)) == nil)
        #expect(deadlines.expired(at: start + .seconds(10)) == .total)
        var endless = Deadlines(start: start, limits: .init(total: nil))
        endless.pause()
        #expect(endless.next == nil)
    }
}
