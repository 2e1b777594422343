import HTTPServer
import Testing

@Suite struct CompressingTests {
    private static let text = String(repeating: "the same again, ", count: 10_000)

    private static let handler: Handler = { request in
        switch request.path {
        case "/short": return .text("short")
        case "/etag":
            var response = Response.text(text)
            response.headers["etag"] = "\"1\""
            return response
        case "/zip":
            return Response(headers: HTTPHeaders([("content-type", "application/zip")]), body: .bytes(Array(text.utf8)))
        case "/events": return .eventStream { try await $0.send(data: Array(text.utf8)) }
        case "/public":
            var response = Response.text(text)
            response.headers["cache-control"] = "public, max-age=60"
            return response
        case "/missing": return .text(status: 404, text)
        default: return .text(text)
        }
    }

    private static func ask(_ request: String, _ accepted: String?) async throws -> RawReply {
        var reply: RawReply?
        try await withServer(handler, finishing: [Compressing()]) { server in
            let header = accepted.map { "Accept-Encoding: \($0)\r\n" } ?? ""
            reply = try await server.connect().exchange("\(request) HTTP/1.1\r\nHost: x\r\n\(header)\r\n")
        }
        return try #require(reply)
    }

    @Test(arguments: [
        "gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.5, *;q=0.1", "*", "identity;q=0.5, gzip", "GZIP",
    ])
    func compressesForWhoAsks(accepted: String) async throws {
        let reply = try await Self.ask("GET /", accepted)
        #expect(reply.status == 200)
        #expect(reply["content-encoding"] == "gzip")
        #expect(reply.body.count < Self.text.utf8.count / 20)
        #expect(gunzip(reply.body) == Array(Self.text.utf8))
    }

    @Test(arguments: [nil, "", "br", "gzip;q=0", "gzip;q=0.0, *", "identity, gzip;q=0.5", "gzip;q=2", "gzip;q=x"])
    func sendsPlainToTheRest(accepted: String?) async throws {
        let reply = try await Self.ask("GET /", accepted)
        #expect(reply["content-encoding"] == nil)
        #expect(reply.text == Self.text)
    }

    @Test(arguments: ["GET /short", "GET /etag", "GET /zip", "GET /missing", "POST /", "PUT /", "PATCH /"])
    func leavesTheRestAlone(request: String) async throws {
        let reply = try await Self.ask(request, "gzip")
        #expect(reply["content-encoding"] == nil)
        #expect(reply.text == (request == "GET /short" ? "short" : Self.text))
    }

    @Test func neverCompressesAStream() async throws {
        let reply = try await Self.ask("GET /events", "gzip")
        #expect(reply["content-encoding"] == nil)
        #expect(reply.text == "data: \(Self.text)\n\n")
    }

    @Test func tellsCachesWhatItDependsOn() async throws {
        #expect(try await Self.ask("GET /public", "gzip")["vary"] == "Accept-Encoding")
        #expect(try await Self.ask("GET /public", nil)["vary"] == "Accept-Encoding")
        #expect(try await Self.ask("GET /", "gzip")["vary"] == nil, "nobody keeps it")
    }

    @Test func answersHEADAsItWouldGET() async throws {
        let get = try await Self.ask("GET /", "gzip")
        let head = try await Self.ask("HEAD /", "gzip")
        #expect(head["content-encoding"] == "gzip")
        #expect(head["content-length"] == String(get.body.count))
        #expect(head.body == [])
    }

    @Test func manyAtOnceDoNotMix() async throws {
        try await withServer({ .text(String(repeating: $0.path, count: 20_000)) }, finishing: [Compressing()]) {
            server in
            try await withThrowingTaskGroup { group in
                for index in 0..<16 {
                    group.addTask {
                        let request = "GET /\(index) HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n"
                        let reply = try await server.connect().exchange(request)
                        #expect(gunzip(reply.body) == Array(String(repeating: "/\(index)", count: 20_000).utf8))
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
