import Kernel
import ObjectStore
import Postgres
import ServiceHarness
import Telemetry
import TestSupport
import Testing

/// `DELETE /api/me`.
@Suite(.timeLimit(.minutes(5)))
struct AccountTests {
    @Test func `everything of a person goes, at every server at once, and they may come back as new`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "done", by: alice)
            let token = try await alice.post("/api/tokens", ["name": "T", "scopes": ["read"]])
            var elsewhere = alice
            elsewhere.url = try await service.startAnotherServer()
            #expect(try await elsewhere.get(journey.path).status == 200)
            let tenant = try #require(TenantID(service.user("alice").description))
            let bob = try await service.keyed("bob")
            let bobs = try await Journey.drafted(by: bob)

            #expect(try await alice.delete("/api/me").status == 204)
            try await TeamsTests.expectNothingOf(tenant, service)
            #expect(try await service.client(token: token["token"].string).get("/api/me").status == 401)
            let isEmpty = try await eventually(within: .seconds(30)) {
                try await service.objects.list(prefix: "\(tenant)/", continuation: nil, limit: 10).entries.isEmpty
            }
            #expect(isEmpty)
            // The other server knew her; it must not act as if she were there still.
            let isBack = try await eventually { try await elsewhere.get("/api/me").status == 200 }
            #expect(isBack)
            #expect(try await elsewhere.get("/api/features").items.isEmpty)
            #expect(try await elsewhere.post("/api/features", ["title": "Anew"]).status == 201)
            #expect(try await bobs.now()["status"] == "drafting")
        }
    }

    @Test func `it is refused while others would be left without an owner, and says what to do`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alone = try await service.team(("alice", .owner))
            let shared = try await service.team(("alice", .owner), ("bob", .admin))
            let guest = try await service.team(("carol", .owner), ("alice", .builder))
            let alice = try service.client("alice")
            for name in ["bob", "carol"] { _ = try await service.client(name).get("/api/me") }
            let key = try await alice.acting(in: guest).post(
                "/api/settings/keys",
                ["provider": "anthropic", "label": "Mine", "key": "dev-her-own-key", "for": "me"])
            #expect(key.status == 201)
            let refused = try await alice.delete("/api/me")
            #expect(refused.status == 409 && refused.problem == "last-owner")
            #expect(refused["teams"] == [.string(shared.description)])
            // Nothing has happened, not even to the teams that were no obstacle.
            #expect(try await alice.get("/api/tenants").items.count == 4)
            #expect(try await alice.acting(in: guest).get("/api/settings/keys").items.count == 1)

            let owner = alice.acting(in: shared)
            #expect(try await owner.patch("/api/members/\(service.user("bob"))", ["role": "owner"]).status == 200)
            #expect(try await alice.delete("/api/me").status == 204)
            let carol = try service.client("carol").acting(in: guest)
            #expect(try await carol.get("/api/members").items.count == 1)
            #expect(try await service.count("SELECT count(*) FROM provider_keys") == 0)
            let told = try await carol.get("/api/audit?action=member.left").items
            #expect(told.count == 1 && told[0]["actor"]?["name"]?.isNull == true)
            let gone = try await service.count("SELECT count(*) FROM tenants WHERE purge_after <= now()")
            #expect(gone == 1, "the team in which she was alone: \(alone)")
        }
    }

    @Test func `an API token cannot do it`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let made = try await alice.post("/api/tokens", ["name": "T", "scopes": ["admin", "keys", "read"]])
            #expect(try await service.client(token: made["token"].string).delete("/api/me").status == 403)
        }
    }

    /// Of a new table, say here why it is not exported, or export it.
    private static let notExported: [String: String] = [
        "agent_turns": "copies of what the deliverables and files came from, kept until a step is done",
        "chat_deltas": "pieces of an answer that is being written", "jobs": "work to do", "dead_jobs": "work given up",
        "budget_counters": "sums over the ledger", "reservations": "calls under way", "budget_waits": "waits under way",
        "estimates": "guesses, held against the ledger",
        "idempotency_keys": "answers kept for a day", "rate_buckets": "a minute's counting of requests",
        "invitations": "of teams; what one did is in the audit",
        "vault_audit": "says nothing of the person but that keys were used", "vault_audit_heads": "the same",
    ]

    @Test func `no table is left out of the export without a reason`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let rows = try await service.database.superuser.query(
                """
                SELECT relname::text FROM pg_class c
                WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND EXISTS (
                    SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id')
                """)
            let tables = try Set(rows.map { try $0.get(0, as: String.self) })
            let exported: Set = [
                "profiles", "tenants", "memberships", "api_tokens", "provider_keys", "budgets", "model_routes",
                "ledger",
                "audit_log", "features", "deliverables", "chat_messages", "agent_runs", "recommendations", "reworks",
                "reviews", "events", "builds", "artifacts", "attachments",
            ]
            #expect(tables.subtracting(exported).subtracting(Self.notExported.keys) == [])
            #expect(exported.isSubset(of: tables))
        }
    }

    @Test func `the export holds everything of a person, and nothing of another`() async throws {
        try await TestService.with { service in
            let team = try await service.team(("alice", .builder), ("bob", .owner))
            let alice = try await service.keyed("alice", key: "dev-very-secret-0001")
            let bob = try await service.keyed("bob")
            let journey = try await Journey.arrived(at: "done", by: alice)
            let token = try await alice.post("/api/tokens", ["name": "CI", "scopes": ["read"]])
            _ = try await alice.acting(in: team).post("/api/features", ["title": "The team's"])
            _ = try await alice.acting(in: team).post("/api/tokens", ["name": "In the team", "scopes": ["read"]])
            _ = try await bob.acting(in: team).post("/api/tokens", ["name": "Bob's secret plan", "scopes": ["read"]])
            // More than a page of events.
            for number in 0..<230 {
                _ = try await alice.patch(journey.path, ["title": .string("Title \(number)")])
            }
            let zip: Reply
            do {
                zip = try await alice.acting(in: team).get("/api/me/export")
            } catch {
                throw Unexpected("\(error): \(service.log.lines)")
            }
            #expect(zip.status == 200 && zip.header("content-type") == "application/zip")
            let files = try await Unzipped(zip.bytes)
            let feature = "features/\(journey.id)"
            let build = try await alice.get("\(journey.path)/builds/1/files").items
            for file in build {
                let path = try #require(file["path"]?.string)
                let served = try await alice.get(
                    "\(journey.path)/builds/1/files/\(path.replacing(" ", with: "%20"))")
                #expect(files["\(feature)/builds/1/\(path)"] == served.bytes, "\(path)")
            }
            let events = try await journey.events()
            let kept = (1...3).flatMap { files.lines("\(feature)/events/\($0).jsonl") }
            #expect(kept.map { $0["sequence"]?.integer } == (1...Int64(kept.count)).map { $0 })
            #expect(kept.count > 230 && kept.count >= events.count)
            #expect(files.lines("profile.jsonl").map { $0["email"] } == ["alice@example.test"])
            #expect(files.lines("tokens.jsonl").map { $0["name"] } == ["CI"])
            #expect(files.lines("keys.jsonl").map { $0["last4"] } == ["0001"])
            for name in ["spec-v1.json", "plan-v1.md", "tests-v1.json", "brief-v1.md"] {
                #expect(files["\(feature)/deliverables/r1-\(name)"]?.isEmpty == false, "\(name)")
            }
            #expect(!files.lines("\(feature)/reviews.jsonl").isEmpty && !files.lines("usage/1.jsonl").isEmpty)
            #expect(files.lines("teams/\(team)/membership.json").first?["role"] == "builder")
            let there = files.lines("teams/\(team)/audit/1.jsonl")
            #expect(there.map { $0["action"] } == ["token.created"])
            let everything = files.everything
            let secret = try #require(token["token"].string)
            for foreign in [
                "Bob's secret plan", "The team's", "bob@example.test", "very-secret", String(secret.dropFirst(8)),
            ] {
                #expect(!everything.contains(foreign), "\(foreign)")
            }
        }
    }
}
