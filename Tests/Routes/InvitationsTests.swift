import Kernel
import Postgres
import ServiceHarness
import TestSupport
import Testing

/// `/api/invitations`.
@Suite(.timeLimit(.minutes(5)))
struct InvitationsTests {
    private static func team(_ service: TestService) async throws -> (alice: Client, team: TenantID) {
        let team = try await service.team(("alice", .owner))
        return (try service.client("alice").acting(in: team), team)
    }

    @Test func `a link lets one person in, once, with its role`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let (alice, team) = try await Self.team(service)
            let invited = try await alice.post("/api/invitations", ["role": "builder"], [("Idempotency-Key", "k")])
            #expect(invited.status == 201)
            let token = try #require(invited["token"].string)
            #expect(invited["link"].string == "https://app.example.test/join#\(token)")
            let again = try await alice.post("/api/invitations", ["role": "builder"], [("Idempotency-Key", "k")])
            #expect(again.text == invited.text, "the link is made again, not kept")
            #expect(try await alice.get("/api/invitations").items.count == 1)
            for table in ["invitations", "idempotency_keys", "audit_log"] {
                let rows = try await service.database.superuser.query("SELECT t::text FROM \(identifier: table) t")
                for row in rows { #expect(try !row.get(0, as: String.self).contains(token.dropFirst(4))) }
            }
            let (bob, carol) = (try service.client("bob"), try service.client("carol"))
            let joined = try await bob.post("/api/invitations/accept", ["token": .string(token)])
            #expect(joined.status == 200 && joined["role"] == "builder" && joined["id"].string == team.description)
            #expect(try await bob.acting(in: team).post("/api/features", ["title": "T"]).status == 201)
            let late = try await carol.post("/api/invitations/accept", ["token": .string(token)])
            #expect(late.status == 410 && late.problem == "invitation-over")
            #expect(try await alice.get("/api/invitations").items.isEmpty)
        }
    }

    @Test func `of many who open the same link at once, one gets in`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let (alice, team) = try await Self.team(service)
            let invited = try await alice.post("/api/invitations", ["role": "viewer"])
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<6 {
                    let guest = try service.client("guest\(number)")
                    group.addTask {
                        try await guest.post("/api/invitations/accept", ["token": invited["token"]]).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200, 410, 410, 410, 410, 410])
            #expect(try await service.count("SELECT count(*) FROM memberships WHERE tenant_id = '\(team)'") == 2)
        }
    }

    @Test func `revoked, expired, forged or for a deleted team, a link is good for nothing`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let (alice, team) = try await Self.team(service)
            let bob = try service.client("bob")
            func accept(_ token: JSON) async throws -> Reply {
                try await bob.post("/api/invitations/accept", ["token": token])
            }
            let revoked = try await alice.post("/api/invitations", ["role": "viewer"])
            #expect(try await alice.delete("/api/invitations/\(revoked["id"].string ?? "")").status == 204)
            #expect(try await accept(revoked["token"]).status == 410)
            #expect(try await alice.delete("/api/invitations/\(revoked["id"].string ?? "")").status == 404)

            let expired = try await alice.post("/api/invitations", ["role": "viewer", "expires_in_days": 1])
            try await service.database.superuser.query(
                "UPDATE invitations SET expires_at = now() - interval '1 second'")
            #expect(try await accept(expired["token"]).status == 410)

            let good = try await alice.post("/api/invitations", ["role": "viewer"])
            var characters = Array(try #require(good["token"].string))
            for index in [4, 20, 40, 60, 100] {
                let kept = characters[index]
                characters[index] = kept == "A" ? "B" : "A"
                let forged = try await accept(.string(String(characters)))
                #expect(forged.status == 422 && forged["pointer"] == "/token", "\(index)")
                characters[index] = kept
            }
            #expect(try await service.client("alice").delete("/api/tenants/\(team)").status == 200)
            #expect(try await accept(good["token"]).status == 410)
            #expect(try await bob.get("/api/tenants").items.count == 1)
        }
    }

    @Test func `an invitation by address is for whoever has verified it`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let (alice, _) = try await Self.team(service)
            let invited = try await alice.post("/api/invitations", ["role": "viewer", "email": "Bob@Example.test"])
            func accept(_ client: Client) async throws -> Reply {
                try await client.post("/api/invitations/accept", ["token": invited["token"]])
            }
            let other = try await accept(try service.client("carol"))
            #expect(other.status == 403 && other.problem == "invitation-for-another")
            let unverified = service.client(token: try service.token(for: "bob", emailIsVerified: false))
            #expect(try await accept(unverified).status == 403)
            #expect(try await accept(try service.client("bob")).status == 200)
        }
    }

    @Test func `who is a member already keeps their role, and an admin invites no owner`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let team = try await service.team(("alice", .owner), ("adam", .admin), ("bob", .builder))
            let (alice, adam) = (
                try service.client("alice").acting(in: team), try service.client("adam").acting(in: team)
            )
            #expect(try await adam.post("/api/invitations", ["role": "owner"]).status == 403)
            let invited = try await alice.post("/api/invitations", ["role": "owner"])
            let member = try await service.client("bob").post("/api/invitations/accept", ["token": invited["token"]])
            #expect(member.status == 409 && member.problem == "already-member")
            #expect(try await service.client("bob").acting(in: team).get("/api/me")["tenant"]["role"] == "builder")
            #expect(
                try await service.client("eve").post("/api/invitations/accept", ["token": invited["token"]])["role"]
                    == "owner")
        }
    }
}
