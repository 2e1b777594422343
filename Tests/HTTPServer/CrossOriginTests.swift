import HTTPServer
import Kernel
import Testing

@Suite struct CrossOriginTests {
    private static let ours = "https://app.example.com"

    private static func ask(_ request: String, _ headers: String...) async throws -> RawReply {
        var router = Router()
        router.on(.get, "/things") { _ in .text("things") }
        router.on(.put, "/things") { _ in throw Problem.forbidden("No.") }
        router.on(.get, "/broken") { _ in throw Broken() }
        let rules = CrossOrigin(
            origins: [ours, "http://localhost:5173"], requestHeaders: ["Authorization", "If-Match"],
            responseHeaders: ["ETag", "RateLimit"])
        var reply: RawReply?
        try await withServer(router.handler, finishing: [rules]) { server in
            let lines = headers.map { "\($0)\r\n" }.joined()
            reply = try await server.connect().exchange("\(request) HTTP/1.1\r\nHost: x\r\n\(lines)\r\n")
        }
        return try #require(reply)
    }

    private struct Broken: Error {}

    @Test func answersAPreflight() async throws {
        let reply = try await Self.ask(
            "OPTIONS /things", "Origin: \(Self.ours)", "Access-Control-Request-Method: PUT",
            "Access-Control-Request-Headers: authorization")
        #expect(reply.status == 204)
        #expect(reply["access-control-allow-origin"] == Self.ours)
        #expect(reply["access-control-allow-methods"] == "GET, PUT, HEAD, OPTIONS")
        #expect(reply["access-control-allow-headers"] == "Authorization, If-Match")
        #expect(reply["access-control-max-age"] == "7200")
        #expect(reply["access-control-allow-credentials"] == nil)
        #expect(reply["vary"] == "Origin")
    }

    @Test(arguments: ["GET /things", "PUT /things", "GET /nothing", "GET /broken", "DELETE /things"])
    func letsItsPagesReadEveryAnswer(request: String) async throws {
        let reply = try await Self.ask(request, "Origin: \(Self.ours)")
        #expect(reply["access-control-allow-origin"] == Self.ours, "\(reply.status)")
        #expect(reply["access-control-expose-headers"] == "ETag, RateLimit")
        #expect(reply["vary"] == "Origin")
    }

    @Test(arguments: [
        "https://evil.example.com", "http://app.example.com", "https://app.example.com:8443", "null", "*",
        "https://app.example.com.evil.com", "https://APP.example.com", "https://app.example.com/",
    ])
    func knowsNoOtherOrigin(origin: String) async throws {
        for request in ["GET /things", "OPTIONS /things"] {
            let reply = try await Self.ask(request, "Origin: \(origin)", "Access-Control-Request-Method: PUT")
            #expect(!reply.headers.contains { $0.name.hasPrefix("access-control-") })
            #expect(reply["vary"] == "Origin")
        }
    }

    @Test func tellsOriginsFromWhatIsNone() {
        for good in [Self.ours, "http://localhost:5173", "https://[::1]:8443", "http://127.0.0.1:3000"] {
            #expect(CrossOrigin.isOrigin(good), "\(good)")
        }
        let bad = [
            "", "*", "null", "app.example.com", "https://", "https://app.example.com/", "https://App.example.com",
            "https://app.example.com:443", "http://app.example.com:80", "https://*.example.com", "ftp://example.com",
            "https://user@example.com", "https://example.com?x", "https://:80",
        ]
        for text in bad { #expect(!CrossOrigin.isOrigin(text), "\(text)") }
    }
}
