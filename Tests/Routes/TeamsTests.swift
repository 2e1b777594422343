import Kernel
import ObjectStore
import Pipeline
import Postgres
import ServiceHarness
import Telemetry
import TestSupport
import Testing

/// `/api/tenants` and `/api/members`.
@Suite(.timeLimit(.minutes(5)))
struct TeamsTests {
    @Test func `a team is made, found by its owner, renamed, and nobody else sees it`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let (alice, bob) = (try service.client("alice"), try service.client("bob"))
            let made = try await alice.post("/api/tenants", ["name": "Tool library"], [("Idempotency-Key", "k")])
            #expect(made.status == 201 && made["role"] == "owner" && made["kind"] == "team")
            #expect(
                try await alice.post("/api/tenants", ["name": "Tool library"], [("Idempotency-Key", "k")]).text
                    == made.text)
            let team = try #require(made["id"].string.flatMap { TenantID($0) })
            #expect(made.header("location") == "/api/tenants/\(team)")
            #expect(try await alice.get("/api/tenants").items.map { $0["name"] } == ["alice", "Tool library"])
            #expect(try await alice.patch("/api/tenants/\(team)", ["name": "Tools"])["name"] == "Tools")
            #expect(try await alice.acting(in: team).get("/api/tenants/\(team)")["name"] == "Tools")
            #expect(try await bob.get("/api/tenants/\(team)").status == 404)
            #expect(try await bob.get("/api/tenants").items.map { $0["name"] } == ["bob"])
        }
    }

    @Test func `a personal tenant is nobody else's, and is not deleted as a team`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let me = service.user("alice").description
            for reply in [
                try await alice.delete("/api/tenants/\(me)"),
                try await alice.patch("/api/tenants/\(me)", ["name": "N"]),
                try await alice.post("/api/invitations", ["role": "viewer"]),
                try await alice.delete("/api/members/\(me)"),
                try await alice.patch("/api/members/\(me)", ["role": "viewer"]),
            ] { #expect(reply.status == 409 && reply.problem == "personal-tenant", "\(reply.text)") }
            #expect(try await alice.get("/api/members").items.map { $0["role"] } == ["owner"])
        }
    }

    @Test func `nobody gives or takes a role above their own`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let team = try await service.team(
                ("olga", .owner), ("adam", .admin), ("ada", .admin), ("bob", .builder), ("vera", .viewer))
            let people = try ["olga", "adam", "ada", "bob", "vera"].map { try service.client($0) }
            for person in people { _ = try await person.get("/api/me") }
            let adam = people[1].acting(in: team)
            func member(_ name: String) -> String { "/api/members/\(service.user(name))" }
            #expect(try await adam.patch(member("bob"), ["role": "admin"])["role"] == "admin")
            #expect(try await adam.patch(member("ada"), ["role": "viewer"])["role"] == "viewer")
            #expect(try await adam.patch(member("vera"), ["role": "owner"]).status == 403)
            #expect(try await adam.patch(member("olga"), ["role": "viewer"]).status == 403)
            #expect(try await adam.delete(member("olga")).status == 403)
            #expect(try await adam.patch(member("nobody"), ["role": "viewer"]).status == 404)
            #expect(try await adam.patch(member("bob"), ["role": "king"]).status == 422)
            #expect(try await people[4].acting(in: team).delete(member("bob")).status == 403)
            #expect(try await adam.delete(member("vera")).status == 204)
            #expect(try await people[4].acting(in: team).get("/api/me").status == 404)
            let seen = try await people[2].acting(in: team).get("/api/members").items
            #expect(Set(seen.compactMap { $0["email"]?.string }) == ["ada@example.test"])
            #expect(try await adam.get("/api/members").items.compactMap { $0["email"]?.string }.count == 4)
        }
    }

    @Test func `whoever leaves takes tokens and keys along, and a stream of theirs ends`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let team = try await service.team(("alice", .owner), ("bob", .builder))
            let (alice, bob) = (
                try service.client("alice").acting(in: team), try service.client("bob").acting(in: team)
            )
            let token = try await bob.post("/api/tokens", ["name": "T", "scopes": ["read"]])
            for key in ["me", "team"] {
                let client = key == "me" ? bob : alice
                let added = try await client.post(
                    "/api/settings/keys",
                    ["provider": "anthropic", "label": "K", "key": .string("dev-key-000-\(key)"), "for": .string(key)])
                #expect(added.status == 201)
            }
            let journey = try await Journey.drafted(by: bob)
            let stream = try await bob.events("\(journey.path)/events", after: "2")
            #expect(try await bob.delete("/api/members/\(service.user("bob"))").status == 204)
            #expect(try await alice.patch(journey.path, ["title": "Unseen"]).status == 200)
            #expect(try await stream.next() == nil)
            #expect(try await bob.get("/api/features").status == 404)
            #expect(try await service.client(token: token["token"].string).get("/api/me").status == 401)
            #expect(try await alice.get("/api/settings/keys").items.count == 1)
            #expect(try await alice.get(journey.path).status == 200)
            #expect(try await service.count("SELECT count(*) FROM vault_audit WHERE action = 'delete'") == 1)
        }
    }

    @Test func `the last owner stays, also when two leave or step down at once`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            for round in 0..<6 {
                let (a, b) = ("a\(round)", "b\(round)")
                let team = try await service.team((a, .owner), (b, .owner), ("viewer", .viewer))
                let clients = try [a, b].map { (try service.client($0).acting(in: team), service.user($0)) }
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for (client, user) in clients {
                        group.addTask {
                            round % 2 == 0
                                ? try await client.delete("/api/members/\(user)").status
                                : try await client.patch("/api/members/\(user)", ["role": "viewer"]).status
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(statuses.sorted() == [round % 2 == 0 ? 204 : 200, 409])
                let owners = try await service.count(
                    "SELECT count(*) FROM memberships WHERE tenant_id = '\(team)' AND role = 'owner'")
                #expect(owners == 1)
            }
        }
    }

    @Test func `two owners who demote each other leave one`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            for round in 0..<4 {
                let (a, b) = ("a\(round)", "b\(round)")
                let team = try await service.team((a, .owner), (b, .owner))
                let (first, second) = (try service.client(a).acting(in: team), try service.client(b).acting(in: team))
                async let one = first.patch("/api/members/\(service.user(b))", ["role": "viewer"]).status
                async let two = second.patch("/api/members/\(service.user(a))", ["role": "viewer"]).status
                let statuses = try await [one, two].sorted()
                #expect(statuses == [200, 403], "\(statuses)")
            }
        }
    }

    @Test func `a deleted team is closed at once, can be restored by an owner, and goes for good after 30 days`()
        async throws
    {
        try await TestService.with { service in
            let team = try await service.team(("alice", .owner), ("bob", .admin))
            let (alice, bob) = (try service.client("alice"), try service.client("bob"))
            let acting = alice.acting(in: team)
            let key = try await acting.post(
                "/api/settings/keys", ["provider": "anthropic", "label": "Team", "key": "dev-team-key-0001"])
            #expect(key.status == 201)
            let done = try await Journey.arrived(at: "done", by: acting)
            let open = try await Journey.drafted(by: acting)
            let token = try await acting.post("/api/tokens", ["name": "T", "scopes": ["read"]])
            let program = service.client(token: token["token"].string)
            #expect(try await bob.delete("/api/tenants/\(team)").status == 403)
            let deleted = try await alice.delete("/api/tenants/\(team)")
            #expect(deleted.status == 200 && deleted["purge_after"].string != nil)
            #expect(try await acting.get(done.path).status == 404)
            #expect(try await program.get("/api/me").status == 401)
            #expect(try await bob.get("/api/tenants").items.count == 1)
            #expect(try await bob.get("/api/tenants/\(team)").status == 404)
            #expect(try await bob.post("/api/tenants/\(team)/restore", [:]).status == 404)
            #expect(try await alice.get("/api/tenants").items.count == 2)

            let sweep = Sweep.deletedTenants(service.database.worker)
            let sweeper = Sweeper(
                database: service.database.worker, sweeps: [], logger: Logger(component: "test", sink: .discard),
                metrics: Metrics())
            #expect(try await sweeper.sweep(sweep) == 0)
            #expect(try await alice.post("/api/tenants/\(team)/restore", [:])["deleted_at"] == .null)
            #expect(try await acting.get(done.path).status == 200)
            #expect(try await open.now()["paused"] == true)
            #expect(try await program.get("/api/me").status == 200)

            #expect(try await alice.delete("/api/tenants/\(team)").status == 200)
            try await service.database.superuser.query(
                "UPDATE tenants SET purge_after = now() - interval '1 second' WHERE tenant_id = \(team)")
            #expect(try await alice.post("/api/tenants/\(team)/restore", [:]).status == 404)
            #expect(
                try await service.objects.list(prefix: "\(team)/", continuation: nil, limit: 10).entries.isEmpty
                    == false)
            #expect(try await sweeper.sweep(sweep) == 1)
            try await Self.expectNothingOf(team, service)
            let isEmpty = try await eventually(within: .seconds(30)) {
                try await service.objects.list(prefix: "\(team)/", continuation: nil, limit: 10).entries.isEmpty
            }
            #expect(isEmpty)
        }
    }

    /// Of no table but the queue's, which holds the removal of the objects.
    static func expectNothingOf(_ tenant: TenantID, _ service: TestService) async throws {
        let tables = try await service.database.superuser.query(
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
        #expect(tables.count > 25)
        for table in tables {
            let name: String = try table.get(0)
            guard name != "jobs" else { continue }
            let rows = try await service.database.superuser.query(
                "SELECT 1 FROM \(identifier: name) WHERE tenant_id = \(tenant)")
            #expect(rows.isEmpty, "\(name)")
        }
    }

    @Test func `what lives cannot be purged`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let team = try await service.team(("alice", .owner))
            await #expect(throws: PostgresError.self) {
                try await service.database.api.transaction(.tenant(team)) { tx in
                    _ = try await tx.query("SELECT app.purge_tenant()")
                }
            }
            #expect(try await service.client("alice").acting(in: team).get("/api/me").status == 200)
        }
    }
}
