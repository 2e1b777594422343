import EventLoop
import Synchronization
import TestSupport
import Testing

@testable import HTTPClient

@Suite(.timeLimit(.minutes(1)))
struct ResponseTests {
    /// The status and body of one exchange in which the server answers every request with `answer` and then closes.
    private func get(
        _ answer: String, method: String = "GET", maximum: Int? = nil
    ) async throws -> (response: ClientResponse, body: String) {
        let server = try ScriptedServer { connection in
            guard connection.readHead() != nil else { return }
            connection.write(answer)
        }
        defer { server.stop() }
        let request = ClientRequest(method: method, url: server.url, maximumResponseBytes: maximum)
        let response = try await client(for: server).send(request)
        return (response, String(decoding: try await response.body.collect(limit: 1_000_000), as: UTF8.self))
    }

    @Test func informationalAnswersAreSkipped() async throws {
        let got = try await get(
            "HTTP/1.1 103 Early Hints\r\nLink: early\r\n\r\nHTTP/1.1 201 Created\r\nLink: late\r\nContent-Length: 2\r\n\r\nok"
        )
        #expect(got.response.status == 201)
        #expect(got.response.headers.filter { $0.0 == "Link" }.map(\.1) == ["late"])
        #expect(got.body == "ok")
    }

    @Test func chunksAndTrailers() async throws {
        let got = try await get(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n")
        #expect(got.body == "abcde")
        #expect(got.response.header("X-Trailer") == nil)
    }

    @Test func bodiesThatEndWithTheConnection() async throws {
        #expect(try await get("HTTP/1.0 200 OK\r\n\r\nuntil the end").body == "until the end")
    }

    @Test func answersWithoutBodies() async throws {
        #expect(try await get("HTTP/1.1 204 No Content\r\n\r\n").response.status == 204)
        let head = try await get("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", method: "HEAD")
        #expect(head.response.header("content-length") == "10")
        #expect(head.body == "")
    }

    @Test func redirectsAreNotFollowed() async throws {
        let other = try ScriptedServer { _ in Issue.record("the client followed a redirect") }
        defer { other.stop() }
        let got = try await get("HTTP/1.1 302 Found\r\nLocation: \(other.url)/\r\nContent-Length: 0\r\n\r\n")
        #expect(got.response.status == 302)
        #expect(other.connections == 0)
    }

    @Test func largeAnswersAreCutOff() async throws {
        let body = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + String(repeating: "x", count: 100_000)
        await #expect { try await get(body, maximum: 99_999) } throws: {
            if case .tooLarge(99_999) = $0 as? HTTPClientError { true } else { false }
        }
        #expect(try await get(body, maximum: 100_000).body.utf8.count == 100_000)
        await #expect(throws: HTTPClientError.self) {
            try await get(body.replacing("Content-Length: 100000\r\n", with: ""), maximum: 5)
        }
    }

    @Test func brokenAnswersAreNetworkErrors() async throws {
        for answer in [
            "", "nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "HTTP/1.1 99 Low\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
            "HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 70_000) + "\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\n" + String(repeating: "X: 0123456789\r\n", count: 10_000) + "Content-Length: 0\r\n\r\n",
            String(repeating: "HTTP/1.1 103 Early Hints\r\nLink: early\r\n\r\n", count: 10_000),
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
                + String(repeating: "X: 0123456789\r\n", count: 10_000) + "\r\n",
        ] {
            await #expect { try await get(answer) } throws: {
                if case .network = $0 as? HTTPClientError { true } else { false }
            }
        }
    }

    @Test func whatCameBeforeABreakIsDelivered() async throws {
        let server = try ScriptedServer { connection in
            guard connection.readHead() != nil else { return }
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst")
        }
        defer { server.stop() }
        var body = try await client(for: server).send(ClientRequest(url: server.url)).body.makeAsyncIterator()
        #expect(try await body.next() == Array("first".utf8))
        await #expect(throws: HTTPClientError.self) { try await body.next() }
        await #expect(throws: HTTPClientError.self) { try await body.next() }
    }

    @Test func aDeadKeptConnectionIsReplaced() async throws {
        let server = try ScriptedServer { connection in
            // Closes after one answer, without having said so.
            guard let head = connection.readHead() else { return }
            let length = head.firstMatch(of: /Content-Length: (\d+)/).flatMap { Int($0.1) } ?? 0
            guard connection.read(length) != nil else { return }
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1")
        }
        defer { server.stop() }
        let client = client(for: server)
        for _ in 0..<20 {
            let body = ClientRequest.Body.bytes([UInt8](repeating: 1, count: 100_000))
            let response = try await client.send(ClientRequest(method: "PUT", url: server.url, body: body))
            #expect(try await response.body.collect(limit: 1) == [UInt8(ascii: "1")])
        }
    }

    @Test func aSlowReaderSlowsTheSender() async throws {
        let total = 64 * 1_048_576
        let (stalls, stall) = AsyncStream<Int>.makeStream()
        let server = try ScriptedServer { connection in
            guard connection.readHead() != nil else { return }
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            let block = [UInt8](repeating: 7, count: 65_536)
            var sent = 0
            while sent < total, connection.awaitWritable(milliseconds: 200) {
                sent += max(0, connection.writeAvailable(Array(block.prefix(total - sent))))
            }
            stall.yield(sent)
            if sent < total { connection.write([UInt8](repeating: 7, count: total - sent)) }
        }
        defer { server.stop() }
        let response = try await client(for: server).send(ClientRequest(url: server.url))
        // The kernel's buffers on both sides take some megabytes; the client must not.
        let stalledAt = try #require(await stalls.first { _ in true })
        #expect(stalledAt < total / 2)
        var got = 0
        var largest = 0
        for try await chunk in response.body {
            got += chunk.count
            largest = max(largest, chunk.count)
        }
        #expect(got == total)
        #expect(largest <= ReceiveBuffer.highWater + 16_384)
    }
}
