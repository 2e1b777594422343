import Kernel
import ServiceHarness
import Testing

/// `/health`, `/ready`, and addresses that are none.
@Suite(.timeLimit(.minutes(5)))
struct OperationsTests {
    @Test func `health and readiness need no token`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let nobody = service.client(token: nil)
            #expect(try await nobody.get("/health").status == 200)
            #expect(try await nobody.get("/ready?probe=1").status == 200)
            service.startDraining()
            let reply = try await nobody.get("/ready")
            #expect(reply.status == 503)
            #expect(reply.header("retry-after") != nil)
            #expect(try await nobody.get("/health").status == 200)
        }
    }

    @Test func `an unknown address is a problem like any other`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            for path in ["/", "/api", "/api/nothing", "/api/features/", "/api/me/x"] {
                let reply = try await alice.get(path)
                #expect(reply.status == 404, "\(path)")
                #expect(reply.header("content-type") == "application/problem+json")
                #expect(reply["request_id"].string == reply.header("x-request-id"))
            }
        }
    }

    @Test func `a method that an address does not take is told which it takes`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let reply = try await alice.put("/api/features", [:])
            #expect(reply.status == 405)
            #expect(reply.problem == "method-not-allowed")
            #expect(Set((reply.header("allow") ?? "").split(separator: ", ")) == ["GET", "POST", "HEAD", "OPTIONS"])
            let head = try await alice.call("HEAD", "/api/features")
            #expect(head.status == 200)
            #expect(head.bytes == [])
        }
    }
}
