import Kernel
import ServiceHarness
import Testing

/// `/api/me` and `/api/tenants`.
@Suite(.timeLimit(.minutes(5)))
struct MeTests {
    @Test func `whoever comes for the first time has a personal tenant`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let me = try await alice.get("/api/me")
            #expect(me.status == 200)
            #expect(me["user_id"].string == service.user("alice").description)
            #expect(me["tenant"]["id"] == me["user_id"])
            #expect(me["tenant"]["role"] == "owner")
            #expect(me["email"] == "alice@example.test")

            let tenants = try await alice.get("/api/tenants")
            #expect(tenants.items.map { $0["kind"] } == ["personal"])
        }
    }

    @Test func `a team is shown to its members, and acts with their role`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let (alice, bob) = (try service.client("alice"), try service.client("bob"))
            let team = try await service.team(("alice", .builder))
            _ = try await alice.get("/api/me")
            let me = try await alice.acting(in: team).get("/api/me")
            #expect(me["tenant"] == ["id": .string(team.description), "role": "builder"])
            let tenants = try await alice.acting(in: team).get("/api/tenants").items
            #expect(Set(tenants.compactMap { $0["role"]?.string }) == ["builder", "owner"])
            #expect(tenants.first { $0["kind"] == "team" }?["name"] == "Team")

            let refused = try await bob.acting(in: team).get("/api/me")
            #expect(refused.status == 404)
            let unknown = try await bob.acting(in: .new()).get("/api/me")
            #expect(refused.anonymousProblem == unknown.anonymousProblem)
        }
    }

    @Test func `a tenant that is no id is refused`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let reply = try await service.client("alice").call(
                "GET", "/api/me", headers: [("Specwright-Tenant", "team")])
            #expect(reply.status == 400)
            #expect(reply.problem == "bad-request")
        }
    }
}
