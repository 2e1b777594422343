import EventLoop
import Synchronization
import TestSupport
import Testing

@testable import HTTPClient

/// Loops for all tests of this target: loops are made to live as long as the process.
let loops = EventLoopGroup(count: 2, name: "test")

func client(for server: ScriptedServer) -> HTTPClient {
    HTTPClient(loops: loops, egress: .allowing(hosts: server.hosts, plainHTTP: true))
}

@Suite(.timeLimit(.minutes(1)))
struct ExchangeTests {
    @Test func namesAreResolvedOffTheLoop() {
        #expect(CurlLibrary.resolvesAsynchronously)
    }

    @Test func headAndBodyArrive() async throws {
        let server = try ScriptedServer { connection in
            while let head = connection.readHead() {
                #expect(head.hasPrefix("GET /a/../b?q=1 HTTP/1.1\r\n"))
                #expect(head.contains("\r\nX-One: 1\r\n"))
                #expect(head.contains("\r\nX-Empty:\r\n"))
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Two:  two \r\n\r\nhello")
            }
        }
        defer { server.stop() }
        let client = client(for: server)
        for _ in 0..<3 {
            let response = try await client.send(
                ClientRequest(url: server.url + "/a/../b?q=1", headers: [("X-One", "1"), ("X-Empty", "")]))
            #expect(response.status == 200)
            #expect(response.header("x-two") == "two")
            #expect(try await response.body.collect(limit: 100) == Array("hello".utf8))
        }
        // One connection per loop at most: they are kept and used again.
        #expect(server.connections <= 2)
    }

    @Test func bodiesGoOut() async throws {
        let server = try ScriptedServer { connection in
            while let head = connection.readHead() {
                guard let length = head.lowercased().firstMatch(of: /content-length: (\d+)/).flatMap({ Int($0.1) }),
                    let body = connection.read(length)
                else { return }
                #expect(!head.lowercased().contains("expect"))
                let answer = "\(head.split(separator: " ")[0]) \(length) \(body.reduce(0) { ($0 &+ Int($1)) % 1_000 })"
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(answer.utf8.count)\r\n\r\n\(answer)")
            }
        }
        defer { server.stop() }
        let client = client(for: server)
        func answer(_ method: String, _ body: ClientRequest.Body) async throws -> String {
            let response = try await client.send(ClientRequest(method: method, url: server.url, body: body))
            return String(decoding: try await response.body.collect(limit: 1_000), as: UTF8.self)
        }
        #expect(try await answer("POST", .empty) == "POST 0 0")
        #expect(try await answer("PUT", .bytes([1, 2, 3])) == "PUT 3 6")
        #expect(try await answer("PATCH", .bytes([UInt8](repeating: 1, count: 3_000_000))) == "PATCH 3000000 0")
        let left = Mutex(300)
        let stream = ClientRequest.Body.stream(length: 300 * 10_001) {
            await Task.yield()
            return left.withLock { left in
                guard left > 0 else { return nil }
                left -= 1
                return [UInt8](repeating: 1, count: 10_001)
            }
        }
        #expect(try await answer("PUT", stream) == "PUT 3000300 300")
    }
}
