import HTTPServer
import Kernel
import Testing

/// What holds for every answer.
@Suite struct ConventionsTests {
    @Test func guardsEveryAnswer() async throws {
        try await withServer({ request in
            switch request.path {
            case "/problem": throw Problem.forbidden("No.")
            case "/events": return .eventStream { _ in }
            case "/page":
                let headers = [
                    ("content-security-policy", "default-src 'self'"), ("x-content-type-options", "nosniff"),
                    ("referrer-policy", "unsafe-url"),
                ]
                return Response(headers: HTTPHeaders(headers), body: .bytes([]))
            default: return .text("ok")
            }
        }) { server in
            for path in ["/", "/problem", "/events", "/page", "not a path"] {
                let reply = try await server.connect().exchange("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                let policy = "default-src 'none'; frame-ancestors 'none'"
                #expect(reply["content-security-policy"] == (path == "/page" ? "default-src 'self'" : policy))
                for (name, value) in [
                    ("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer"),
                    ("cross-origin-resource-policy", "same-origin"), ("cache-control", "no-store"),
                ] {
                    #expect(reply.headers.filter { $0.name == name }.map(\.value) == [value], "\(path) \(name)")
                }
                #expect(reply["date"] != nil)
                #expect(reply["x-request-id"] != nil)
            }
        }
    }

    @Test func takesARequestIDAndGivesItBack() async throws {
        try await withServer({ .text($0.id.description) }) { server in
            let client = try server.connect()
            let id = "019ab3c4-0000-7000-8000-0123456789ab"
            let kept = try await client.exchange("GET / HTTP/1.1\r\nHost: x\r\nX-Request-Id: \(id)\r\n\r\n")
            #expect(kept["x-request-id"] == id)
            #expect(kept.text == id)
            for bad in ["", "1", "\(id)0", "<script>", "019ab3c4-0000-7000-8000-0123456789ag"] {
                let reply = try await client.exchange("GET / HTTP/1.1\r\nHost: x\r\nX-Request-Id: \(bad)\r\n\r\n")
                #expect(reply["x-request-id"] != bad)
                #expect(RequestID(reply["x-request-id"] ?? "") != nil)
            }
        }
    }

    @Test func announcesWhatIsDeprecated() async throws {
        var router = Router()
        let notice = Deprecation(
            since: Timestamp(seconds: 1_688_169_599), sunset: Timestamp(seconds: 784_111_777), link: "/docs/old",
            successor: "/new")
        router.on(.get, "/old", deprecated: notice) { request in
            if request.headers["x-fail"] != nil { throw Problem.forbidden("No.") }
            return .text("old")
        }
        router.on(.get, "/new") { _ in .text("new") }
        #expect(router.deprecated.map { "\($0.0.rawValue) \($0.1)" } == ["GET /old"])
        try await withServer(router.handler) { server in
            let client = try server.connect()
            for (header, status) in [("", 200), ("X-Fail: 1\r\n", 403)] {
                let old = try await client.exchange("GET /old HTTP/1.1\r\nHost: x\r\n\(header)\r\n")
                #expect(old.status == status)
                #expect(old["deprecation"] == "@1688169599")
                #expect(old["sunset"] == "Sun, 06 Nov 1994 08:49:37 GMT")
                #expect(
                    old.headers.filter { $0.name == "link" }.map(\.value) == [
                        "</docs/old>; rel=\"deprecation\"; type=\"text/html\"", "</new>; rel=\"successor-version\"",
                    ])
            }
            #expect(try await client.exchange("GET /new HTTP/1.1\r\nHost: x\r\n\r\n")["deprecation"] == nil)
        }
    }

    @Test func refusesAParameterThatComesTwice() async throws {
        var router = Router()
        router.refusesUnknownQuery = true
        router.on(.get, "/list", query: ["limit"]) { .text($0.query.first("limit") ?? "") }
        try await withServer(router.handler) { server in
            let client = try server.connect()
            #expect(try await client.exchange("GET /list?limit=1 HTTP/1.1\r\nHost: x\r\n\r\n").text == "1")
            for query in ["limit=1&limit=1", "limit=1&limit=2", "limit=1&%6cimit=2"] {
                let reply = try await client.exchange("GET /list?\(query) HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(reply.status == 400)
                #expect(reply.text.contains("more than once"))
            }
        }
    }

    @Test(arguments: [
        ("a", "a", 1000), ("a;q=0.5", "a", 500), ("A ; Q=0.125", "a", 125), ("b, a;q=0", "a", 0), ("b", "a", 0),
        ("*;q=0.3", "a", 300), ("a;q=1.000, *;q=0", "a", 1000), ("a;level=1;q=0.4", "a", 400), ("a;q=1.001", "a", 0),
        ("a;q=0.1234", "a", 0), ("a;q=-1", "a", 0), (",,;q=1, a", "a", 1000),
    ])
    func weighsChoices(header: String, name: String, quality: Int) {
        #expect(QualityList(header).quality(of: name, orLike: "*") == quality)
    }
}
