import HTTPServer
import Kernel
import Synchronization
import Testing

@Suite struct RouterTests {
    private static func router() -> Router {
        var router = Router()
        func add(_ method: HTTPMethod, _ path: String, _ names: String...) {
            router.on(method, path) { request in
                let values = try names.map { try request.parameters.require($0) }
                return .text(([method.rawValue, path] + values).joined(separator: " "))
            }
        }
        add(.get, "/")
        add(.get, "/api/features")
        add(.post, "/api/features")
        add(.get, "/api/features/{id}", "id")
        add(.get, "/api/features/recent")
        add(.delete, "/api/features/{feature}", "feature")
        add(.get, "/api/features/{id}/files/{path...}", "id", "path")
        add(.get, "/api/features/recent/a/b")
        return router
    }

    @Test(arguments: [
        ("GET /", "GET /"),
        ("GET /api/features", "GET /api/features"),
        ("POST /api/features?x=/y", "POST /api/features"),
        ("GET /api/features/7", "GET /api/features/{id} 7"),
        ("DELETE /api/features/7", "DELETE /api/features/{feature} 7"),
        ("GET /api/features/recent", "GET /api/features/recent"),
        ("GET /%61pi/features/a%2Fb%20%C3%A9", "GET /api/features/{id} a/b é"),
        ("GET /api/features/%72ecent", "GET /api/features/recent"),
        ("GET /api/features/7/files/a/b.txt", "GET /api/features/{id}/files/{path...} 7 a/b.txt"),
        // The literal is tried first, and the name after it.
        ("GET /api/features/recent/files/x", "GET /api/features/{id}/files/{path...} recent x"),
        ("GET /api/features/..", "GET /api/features/{id} .."),
    ])
    func finds(request: String, answer: String) async throws {
        try await withServer(Self.router().handler) { server in
            let reply = try await server.connect().exchange("\(request) HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(reply.status == 200)
            #expect(reply.text == answer)
        }
    }

    @Test(arguments: [
        "/api", "/api/", "/api/features/", "/api/features/7/", "/api//features", "//api/features",
        "/api/features/7/files",
        "/api/features/7/files/", "/api/features/7/other", "/API/features", "/api/features/recent/a", "/api%2Ffeatures",
    ])
    func answers404(path: String) async throws {
        try await withServer(Self.router().handler) { server in
            let client = try server.connect()
            let reply = try await client.exchange("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(reply.status == 404)
            #expect(try JSON(parsing: reply.body)["type"] == "/problems/not-found")
            // Nothing is wrong with the connection.
            #expect(try await client.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status == 200)
        }
    }

    @Test func answersOtherMethods() async throws {
        try await withServer(Self.router().handler) { server in
            let client = try server.connect()
            let refused = try await client.exchange("PUT /api/features/7 HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(refused.status == 405)
            #expect(refused["allow"] == "GET, DELETE, HEAD, OPTIONS")
            let head = try await client.exchange("HEAD /api/features/7 HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(head.status == 200)
            #expect(head["content-length"] == "24")
            let options = try await client.exchange("OPTIONS /api/features/7 HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(options.status == 204)
            #expect(options["allow"] == "GET, DELETE, HEAD, OPTIONS")
            let all = try await client.exchange("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(all.status == 204)
            #expect(all["allow"] == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
            #expect(try await client.exchange("OPTIONS /no HTTP/1.1\r\nHost: x\r\n\r\n").status == 404)
        }
    }

    @Test func listsItsRoutes() {
        let routes = Self.router().routes.map { "\($0.0.rawValue) \($0.1)" }
        #expect(routes.count == 8)
        #expect(routes.first == "GET /")
        #expect(routes.last == "GET /api/features/recent/a/b")
    }

    private struct Tag: RequestContextKey {
        typealias Value = [String]
    }

    private struct Note: Middleware {
        let name: String

        func handle(_ request: Request, next: Handler) async throws -> Response {
            var request = request
            request.context[Tag.self] = (request.context[Tag.self] ?? []) + [name]
            var response = try await next(request)
            response.headers.add("x-note", name)
            return response
        }
    }

    @Test func runsMiddlewareFromTheOutsideIn() async throws {
        var router = Router()
        let handler: Handler = { .text(($0.context[Tag.self] ?? []).joined(separator: ",")) }
        router.on(.get, "/free", handler)
        router.group("/a", Note(name: "1")) { router in
            router.on(.get, "/one", handler)
            router.group("/b", Note(name: "2"), Note(name: "3")) { $0.on(.get, "/three", handler) }
        }
        router.on(.get, "/free-too", handler)
        try await withServer(chain([Note(name: "0")], router.handler)) { server in
            let client = try server.connect()
            for (path, notes) in [("/free", "0"), ("/a/one", "0,1"), ("/a/b/three", "0,1,2,3"), ("/free-too", "0")] {
                let reply = try await client.exchange("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(reply.text == notes)
                let tags = reply.headers.filter { $0.name == "x-note" }.map(\.value)
                #expect(tags.reversed().joined(separator: ",") == notes)
            }
        }
    }

    @Test func needsAPrincipalWhereOneIsAskedFor() async throws {
        let user = UserID.new()
        try await withServer({ request in
            var request = request
            if request.headers["authorization"] != nil {
                request.context.principal = Principal(user: user, tenant: .personal(of: user), role: .owner)
            }
            return .text(try request.principal.user.description)
        }) { server in
            let client = try server.connect()
            #expect(try await client.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status == 401)
            let reply = try await client.exchange("GET / HTTP/1.1\r\nHost: x\r\nAuthorization: me\r\n\r\n")
            #expect(reply.text == user.description)
        }
    }
}
