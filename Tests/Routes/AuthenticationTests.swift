import Kernel
import ServiceHarness
import Testing

/// Nobody gets in without a good token.
@Suite(.timeLimit(.minutes(5)))
struct AuthenticationTests {
    @Test func `every route under api asks for a token, before anything else`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            for route in service.signedInRoutes {
                let reply = try await service.client(token: nil).send(
                    route.method, try Places.nowhere.address(of: route.path) + "?surprise=1", Array("{".utf8))
                #expect(reply.status == 401, "\(route)")
                #expect(reply.problem == "unauthorized")
                // RFC 6750 §3: no error code when no token came.
                #expect(reply.header("www-authenticate") == "Bearer")
            }
        }
    }

    @Test func `a token that is not good is refused with the reason`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let good = try service.token(for: "alice")
            let tokens: [(String, String)] = [
                ("garbage", "not a signed JSON Web Token"),
                (try service.token(for: "alice", lifetime: .seconds(-120)), "expired"),
                (try service.token(for: "alice", audience: "elsewhere"), "another audience"),
                (try service.token(for: "alice", byStranger: true), "does not publish"),
                (String(good.dropLast(8)) + "AAAAAAAA", "signature"),
            ]
            for (token, reason) in tokens {
                let reply = try await service.client(token: token).get("/api/me")
                #expect(reply.status == 401)
                #expect(reply.header("www-authenticate") == "Bearer error=\"invalid_token\"")
                #expect(reply["detail"].string?.contains(reason) == true, "\(reply.text)")
                #expect(!reply.text.contains(token))
            }
            #expect(try await service.client(token: good).get("/api/me").status == 200)
        }
    }

    @Test func `another scheme is refused`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            for value in ["Basic YWxpY2U6eA==", "Bearer", "token"] {
                let reply = try await service.client(token: nil).call(
                    "GET", "/api/me", headers: [("Authorization", value)])
                #expect(reply.status == 401)
                #expect(reply.header("www-authenticate") == "Bearer error=\"invalid_request\"")
            }
        }
    }

    @Test func `without the issuer's keys nobody is judged`() async throws {
        try await TestService.with {
            $0.hasIdentityKeys = false
        } _: { service in
            let reply = try await service.client("alice").get("/api/me")
            #expect(reply.status == 503)
            #expect(reply.header("retry-after") != nil)
        }
    }

    @Test func `one person's first requests may come at once`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let replies = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await alice.get("/api/me").status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(replies == Array(repeating: 200, count: 8))
        }
    }
}
