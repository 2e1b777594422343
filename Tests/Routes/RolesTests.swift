import Kernel
import ServiceHarness
import Tenancy
import Testing

@testable import Service

/// Who may do what in a team. Every route has its line in `AccessTable.all`; a new one without it fails.
@Suite(.timeLimit(.minutes(5)))
struct RolesTests {
    @Test func `less than the role is refused in words, and nothing happens`() async throws {
        try await TestService.with { service in
            let team = try await service.team(
                ("owner", .owner), ("admin", .admin), ("builder", .builder), ("viewer", .viewer))
            let owner = try service.client("owner").acting(in: team)
            _ = try await owner.post(
                "/api/settings/keys", ["provider": "anthropic", "label": "Team", "key": "dev-team-key"])
            let (places, journey) = try await Places.made(by: owner)
            let before = try await journey.now().text

            for route in service.signedInRoutes {
                let least = try #require(AccessTable.all.operations["\(route.method) \(route.path)"]).role
                let operation = try #require(
                    APIDescription.current.operation(route.method, APIDescription.path(of: route.path)))
                for role in Role.allCases where role < least {
                    let reply = try await service.client(role.rawValue).acting(in: team).call(
                        route.method, try places.address(of: route.path), operation.bodyExample)
                    #expect(reply.status == 403, "\(route) as \(role) → \(reply.text)")
                    #expect(reply.problem == "forbidden")
                    #expect(reply["detail"].string?.contains("\"\(least.rawValue)\"") == true)
                }
            }
            #expect(try await journey.now().text == before)
        }
    }

    @Test func `a role is enough for what it is meant for`() async throws {
        try await TestService.with { service in
            let team = try await service.team(("admin", .admin), ("builder", .builder), ("viewer", .viewer))
            let admin = try service.client("admin").acting(in: team)
            let builder = try service.client("builder").acting(in: team)
            let viewer = try service.client("viewer").acting(in: team)
            let key = try await admin.post(
                "/api/settings/keys", ["provider": "anthropic", "label": "Team", "key": "dev-team-key"])
            #expect(key.status == 201)
            let journey = try await Journey.arrived(at: "spec_ready", by: builder)
            #expect(try await viewer.get(journey.path)["status"] == "spec_ready")
            #expect(try await viewer.get("/api/features").items.count == 1)
            #expect(try await admin.delete(journey.path).status == 204)
            #expect(try await admin.delete("/api/settings/keys/\(key["id"].string ?? "")").status == 204)
            // What is the team's is not in anybody's personal tenant.
            #expect(try await service.client("builder").get("/api/features").items == [])
        }
    }
}
