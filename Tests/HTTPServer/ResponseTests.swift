import HTTPServer
import Kernel
import Telemetry
import Testing

@Suite struct ResponseTests {
    @Test func addsItsHeaders() async throws {
        try await withServer({ request in
            var response = Response.json {
                $0.object {
                    $0.key("a"); $0.integer(1)
                }
            }
            if request.path == "/cached" {
                response.headers["Cache-Control"] = "public, max-age=60"
                response.headers.add("ETag", "\"1\"")
                response.headers.add("content-length", "999")
                response.headers.add("Transfer-Encoding", "chunked")
            }
            return response
        }) { server in
            let client = try server.connect()
            let plain = try await client.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(plain["cache-control"] == "no-store")
            #expect(plain["content-type"] == "application/json")
            #expect(plain["content-length"] == "7")
            #expect(plain.text == #"{"a":1}"#)
            let cached = try await client.exchange("GET /cached HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(cached.headers.filter { $0.name.lowercased() == "cache-control" }.count == 1)
            #expect(cached["cache-control"] == "public, max-age=60")
            #expect(cached["etag"] == "\"1\"")
            #expect(cached["transfer-encoding"] == nil)
            #expect(cached.text == #"{"a":1}"#)
        }
    }

    @Test func answersHEADWithoutABody() async throws {
        try await withServer({ request in
            switch request.path {
            case "/stream": Response(body: .stream(contentLength: 1_000) { _ in Issue.record("a body was made") })
            case "/chunked": Response(body: .stream(contentLength: nil) { _ in Issue.record("a body was made") })
            default: .text("four")
            }
        }) { server in
            let client = try server.connect()
            #expect(try await client.exchange("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")["content-length"] == "4")
            let stream = try await client.exchange("HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(stream["content-length"] == "1000")
            let chunked = try await client.exchange("HEAD /chunked HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(chunked["transfer-encoding"] == "chunked")
            #expect(try await client.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").text == "four")
        }
    }

    @Test func sendsNoBodyWhereThereIsNone() async throws {
        try await withServer({ request in
            request.path == "/empty" ? Response(status: 201) : Response(status: 304, body: .bytes([1, 2, 3]))
        }) { server in
            let client = try server.connect()
            let unchanged = try await client.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(unchanged.status == 304)
            #expect(unchanged["content-length"] == nil)
            let empty = try await client.exchange("GET /empty HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(empty.status == 201)
            #expect(empty["content-length"] == "0")
        }
    }

    @Test func sendsLargeBodies() async throws {
        let body = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
        try await withServer({ _ in Response(body: .bytes(body)) }) { server in
            let client = try server.connect()
            for _ in 0..<2 {
                let reply = try await client.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(reply.body == body)
            }
        }
    }

    @Test func rendersProblems() async throws {
        try await withServer({ _ in throw Problem.unauthorized("Send a token.", error: "invalid_token") }) { server in
            let reply = try await server.connect().exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(reply.status == 401)
            #expect(reply["www-authenticate"] == "Bearer error=\"invalid_token\"")
            #expect(reply["content-type"] == "application/problem+json")
            let problem = try JSON(parsing: reply.body)
            #expect(problem["detail"] == "Send a token.")
            #expect(problem["request_id"]?.string == reply["x-request-id"])
        }
    }

    struct Secretive: Error {
        let password = "hunter2"
    }

    @Test func hidesOtherErrorsAndLogsThem() async throws {
        let log = LogCapture()
        try await withServer(
            { _ in throw Secretive() }, logger: Logger(component: "http", sink: log.sink)
        ) { server in
            let client = try server.connect()
            let reply = try await client.exchange("GET /?token=hunter2 HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(reply.status == 500)
            #expect(!reply.text.contains("Secretive"))
            let id = try #require(reply["x-request-id"])
            let lines = log.lines.filter { $0.contains(id) }
            #expect(lines.contains { $0.contains(#""message":"request failed""#) && $0.contains("Secretive") })
            #expect(!log.lines.contains { $0.contains("hunter2") })
            #expect(try await client.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status == 500)
        }
    }

    @Test(arguments: [("x-a", "b\r\nset-cookie: c"), ("x-a", "b\0"), ("x a", "b"), ("", "b"), ("x-a\r\nb", "c")])
    func doesNotSendHeadersThatBreakOut(name: String, value: String) async throws {
        try await withServer({ _ in
            Response(headers: HTTPHeaders([(name, value)]), body: .bytes([1]))
        }) { server in
            let client = try server.connect()
            let reply = try await client.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(reply.status == 500)
            #expect(reply["set-cookie"] == nil)
            #expect(try await client.receiveAll().isEmpty)
        }
    }
}
