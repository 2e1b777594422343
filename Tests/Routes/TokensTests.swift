import Kernel
import Postgres
import ServiceHarness
import Telemetry
import TestSupport
import Testing

/// `/api/tokens`.
@Suite(.timeLimit(.minutes(5)))
struct TokensTests {
    @Test func `a token is told once, works, and is nowhere in database or log`() async throws {
        try await TestService.with({
            $0.works = false
            $0.logsAll = true
        }) { service in
            let alice = try service.client("alice")
            let made = try await alice.post("/api/tokens", ["name": "CI", "scopes": ["build", "read", "read"]])
            #expect(made.status == 201)
            let secret = try #require(made["token"].string)
            #expect(made["scopes"] == ["read", "build"])
            #expect(secret.hasPrefix(try #require(made["hint"].string)))

            let program = service.client(token: secret)
            #expect(try await program.post("/api/features", ["title": "Made by a program"]).status == 201)
            #expect(try await program.get("/api/me")["user_id"].string == service.user("alice").description)
            #expect(try await alice.get("/api/features").items.count == 1)

            let listed = try await alice.get("/api/tokens").items
            #expect(listed.count == 1 && listed[0]["token"] == nil)
            #expect(listed[0]["last_used_at"]?.string != nil)
            let rest = String(secret.dropFirst(8))
            for table in ["api_tokens", "idempotency_keys"] {
                let rows = try await service.database.superuser.query("SELECT t::text FROM \(identifier: table) t")
                for row in rows { #expect(try !row.get(0, as: String.self).contains(rest)) }
            }
            #expect(!service.log.lines.contains { $0.contains(rest) })
        }
    }

    @Test func `sent again with its key, the request makes no second token and tells none`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let key = [("Idempotency-Key", "k")]
            let first = try await alice.post("/api/tokens", ["name": "CI", "scopes": ["read"]], key)
            let again = try await alice.post("/api/tokens", ["name": "CI", "scopes": ["read"]], key)
            #expect(first.status == 201 && again.status == 201)
            #expect(first["id"] == again["id"] && first["token"].string != nil)
            #expect(again.json["token"]?.isNull == true && again.header("idempotency-replayed") == "true")
            #expect(try await alice.get("/api/tokens").items.count == 1)
            let kept = try await service.database.superuser.query(
                "SELECT convert_from(body, 'UTF8') FROM idempotency_keys")
            let secret = try #require(first["token"].string)
            #expect(try !kept[0].get(0, as: String.self).contains(secret.dropFirst(8)))
        }
    }

    @Test func `revoked at one server, it is refused at the next request at another`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let made = try await alice.post("/api/tokens", ["name": "CI", "scopes": ["read"]])
            var elsewhere = service.client(token: made["token"].string)
            elsewhere.url = try await service.startAnotherServer()
            #expect(try await elsewhere.get("/api/features").status == 200)
            #expect(try await alice.delete("/api/tokens/\(made["id"].string ?? "")").status == 204)
            let refused = try await elsewhere.get("/api/features")
            #expect(refused.status == 401 && refused["detail"].string?.contains("revoked") == true)
            #expect(try await alice.delete("/api/tokens/\(made["id"].string ?? "")").status == 404)
        }
    }

    @Test func `a stream that a revoked token holds open tells nothing more`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let journey = try await Journey.drafted(by: alice)
            let made = try await alice.post("/api/tokens", ["name": "Watch", "scopes": ["read"]])
            let stream = try await service.client(token: made["token"].string)
                .events("\(journey.path)/events", after: "2")
            #expect(try await alice.patch(journey.path, ["title": "Seen"]).status == 200)
            #expect(try await stream.next()?.data == ["title": "Seen"])
            #expect(try await alice.delete("/api/tokens/\(made["id"].string ?? "")").status == 204)
            #expect(try await alice.patch(journey.path, ["title": "Unseen"]).status == 200)
            #expect(try await stream.next() == nil)
        }
    }

    @Test func `mistyped, expired or unknown, each is told apart, and none is repeated`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let made = try await alice.post(
                "/api/tokens", ["name": "CI", "scopes": ["read"], "expires_at": "2030-01-01T00:00:00Z"])
            let secret = try #require(made["token"].string)
            let typo = String(secret.dropLast()) + (secret.hasSuffix("0") ? "1" : "0")
            let reply = try await service.client(token: typo).get("/api/me")
            #expect(reply.status == 401 && reply["detail"].string?.contains("checksum") == true)
            #expect(!reply.text.contains(typo.dropFirst(8)))
            try await service.database.superuser.query("UPDATE api_tokens SET expires_at = now() - interval '1 second'")
            let expired = try await service.client(token: secret).get("/api/me")
            #expect(expired.status == 401 && expired["detail"].string?.contains("expired") == true)
            for past in ["2020-01-01T00:00:00Z", "2199-01-01T00:00:00Z", "tomorrow"] {
                let refused = try await alice.post(
                    "/api/tokens", ["name": "CI", "scopes": ["read"], "expires_at": .string(past)])
                #expect(refused.status == 422 && refused["pointer"] == "/expires_at")
            }
        }
    }

    @Test func `a token is for one tenant, and its maker's role there bounds it from day to day`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let team = try await service.team(("alice", .admin), ("bob", .builder))
            let alice = try service.client("alice").acting(in: team)
            _ = try await service.client("alice").get("/api/me")
            let made = try await alice.post("/api/tokens", ["name": "T", "scopes": ["read", "admin"]])
            let program = service.client(token: made["token"].string)
            #expect(try await program.get("/api/me")["tenant"] == ["id": .string(team.description), "role": "admin"])
            #expect(try await program.acting(in: team).get("/api/me").status == 200)
            let personal = try #require(TenantID(service.user("alice").description))
            for other in [personal, .new()] {
                #expect(try await program.acting(in: other).get("/api/me").status == 404)
            }
            #expect(try await program.put("/api/settings/budget", [:]).status == 200)
            try await service.database.superuser.query(
                """
                UPDATE memberships SET role = 'viewer'
                WHERE user_id = \(service.user("alice")) AND tenant_id = \(team)
                """)
            let less = try await program.put("/api/settings/budget", [:])
            #expect(less.status == 403 && less.problem == "forbidden")
            try await service.database.superuser.query(
                "DELETE FROM memberships WHERE user_id = \(service.user("alice")) AND tenant_id = \(team)")
            #expect(try await program.get("/api/me").status == 401)
            #expect(try await service.count("SELECT count(*) FROM api_tokens") == 0)
        }
    }

    @Test func `members revoke their own, admins anybody's, and see them`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let team = try await service.team(("alice", .admin), ("bob", .viewer), ("carol", .builder))
            let (alice, bob, carol) = (
                try service.client("alice").acting(in: team), try service.client("bob").acting(in: team),
                try service.client("carol").acting(in: team)
            )
            let bobs = try await bob.post("/api/tokens", ["name": "Bob's", "scopes": ["read"]])["id"].string ?? ""
            _ = try await carol.post("/api/tokens", ["name": "Carol's", "scopes": ["read"]])
            #expect(try await bob.get("/api/tokens").items.map { $0["name"] } == ["Bob's"])
            #expect(try await alice.get("/api/tokens").items.count == 2)
            #expect(try await carol.delete("/api/tokens/\(bobs)").status == 404)
            #expect(try await alice.delete("/api/tokens/\(bobs)").status == 204)
        }
    }

    @Test func `a token makes none that could do more or last longer, and takes its own along`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let made = try await alice.post(
                "/api/tokens",
                ["name": "Parent", "scopes": ["read", "admin"], "expires_at": "2030-01-01T00:00:00Z"])
            let parent = service.client(token: made["token"].string)
            func make(_ scopes: JSON, _ expires: String?) async throws -> Reply {
                var body: JSONObject = ["name": "Child", "scopes": scopes]
                body["expires_at"] = expires.map { .string($0) }
                return try await parent.post("/api/tokens", .object(body))
            }
            #expect(try await make(["read", "keys"], "2029-01-01T00:00:00Z").status == 403)
            #expect(try await make(["read"], nil).status == 403)
            #expect(try await make(["read"], "2031-01-01T00:00:00Z").status == 403)
            let child = try await make(["read"], "2029-01-01T00:00:00Z")
            #expect(child.status == 201)
            let program = service.client(token: child["token"].string)
            #expect(try await program.get("/api/me").status == 200)
            #expect(try await program.get("/api/tokens").status == 403)
            #expect(try await alice.delete("/api/tokens/\(made["id"].string ?? "")").status == 204)
            #expect(try await program.get("/api/me").status == 401)
        }
    }

    @Test func `a hundred are enough, also when many are asked for at once`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            _ = try await alice.post("/api/tokens", ["name": "First", "scopes": ["read"]])
            try await service.database.superuser.query(
                """
                INSERT INTO api_tokens (tenant_id, id, user_id, name, hash, hint, scopes)
                SELECT tenant_id, gen_random_uuid(), user_id, 'T', sha256(n::text::bytea), 'swt_', '{read}'
                FROM api_tokens, generate_series(1, 97) n
                """)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<6 {
                    group.addTask { try await alice.post("/api/tokens", ["name": "N", "scopes": ["read"]]).status }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [201, 201, 409, 409, 409, 409])
        }
    }
}
