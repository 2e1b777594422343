import HTTPClient
import Kernel
import ServiceHarness
import Testing

/// What holds for every address of the API.
@Suite(.timeLimit(.minutes(5)))
struct ConventionsTests {
    private static let origin = "https://app.example.com"

    @Test func `every address tells what it takes, to anybody, and takes nothing else`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let nobody = service.client(token: nil)
            for (path, routes) in Dictionary(grouping: service.routes, by: \.path) {
                let address = try Places.nowhere.address(of: path)
                var expected = Set(routes.map(\.method)).union(["OPTIONS"])
                if expected.contains("GET") { expected.insert("HEAD") }
                let options = try await nobody.call("OPTIONS", address)
                #expect(options.status == 204, "\(path)")
                #expect(Set((options.header("allow") ?? "").split(separator: ", ").map(String.init)) == expected)
                for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] where !expected.contains(method) {
                    let reply = try await nobody.call(method, address)
                    #expect(reply.status == 405, "\(method) \(path)")
                    #expect(reply.header("allow") == options.header("allow"))
                }
            }
        }
    }

    @Test func `HEAD answers as GET does, without the body`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let places = try await Places.made(by: alice).places
            for route in service.routes where route.method == "GET" && !route.path.hasSuffix("/events") {
                let address = try places.address(of: route.path)
                let get = try await alice.get(address)
                let head = try await alice.call("HEAD", address)
                #expect(head.status == get.status, "\(route.path)")
                #expect(head.bytes == [])
                #expect(head.header("content-type") == get.header("content-type"))
                #expect(head.etag == get.etag)
            }
        }
    }

    @Test func `pages of an allowed origin can call every address`() async throws {
        try await TestService.with {
            $0.works = false
            $0.origins = [Self.origin]
        } _: { service in
            let alice = try service.client("alice")
            for route in service.routes {
                let address = try Places.nowhere.address(of: route.path)
                let preflight = try await service.client(token: nil).call(
                    "OPTIONS", address,
                    headers: [("Origin", Self.origin), ("Access-Control-Request-Method", route.method)])
                #expect(preflight.status == 204, "\(route)")
                #expect(preflight.header("access-control-allow-origin") == Self.origin)
                #expect(preflight.header("access-control-allow-methods")?.contains(route.method) == true)
                let reply = try await alice.call(
                    route.method, address, route.method == "GET" || route.method == "DELETE" ? nil : [:],
                    headers: [("Origin", Self.origin)])
                #expect(reply.header("access-control-allow-origin") == Self.origin, "\(route) → \(reply.status)")
                #expect(reply.header("access-control-expose-headers")?.contains("ETag") == true)
                #expect(reply.header("access-control-allow-credentials") == nil)
            }
            let stranger = try await alice.get("/api/me", [("Origin", "https://evil.example.com")])
            #expect(stranger.header("access-control-allow-origin") == nil)
        }
    }

    @Test func `without configuration no origin is allowed`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let reply = try await service.client("alice").get("/api/me", [("Origin", Self.origin)])
            #expect(reply.status == 200)
            #expect(reply.header("access-control-allow-origin") == nil)
            #expect(reply.header("vary") == nil)
        }
    }

    @Test func `lists are compressed for who asks, and new things never`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            for index in 0..<20 { _ = try await alice.post("/api/features", ["title": .string("Feature \(index)")]) }
            let gzip = [("Accept-Encoding", "gzip")]
            let plain = try await alice.get("/api/features")
            let small = try await alice.open("GET", "/api/features", headers: gzip)
            #expect(small.headers.contains { $0.0.lowercased() == "content-encoding" && $0.1 == "gzip" })
            let bytes = try await small.body.collect(limit: 1 << 20)
            #expect(bytes.starts(with: [0x1F, 0x8B]))
            #expect(bytes.count < plain.bytes.count / 3)
            let long = String(repeating: "long ", count: 39)
            let made = try await alice.post("/api/features", ["title": .string(long)], gzip)
            #expect(made.status == 201)
            #expect(made.header("content-encoding") == nil)
        }
    }

    @Test func `what the description calls deprecated says so itself`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let described = APIDescription.current.operations.filter { $0.json["deprecated"]?.bool == true }
            #expect(Set(described.map { "\($0.method) \($0.path)" }) == Set(service.deprecatedRoutes))
        }
    }
}
