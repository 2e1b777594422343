import Kernel
import Postgres
import ProviderKeys
import ServiceHarness
import TestSupport
import Testing
import Vault

/// `/api/settings/keys`, as its people use it.
@Suite(.timeLimit(.minutes(5)))
struct KeyManagementTests {
    private static func idle(_ body: @Sendable (TestService) async throws -> Void) async throws {
        try await TestService.with({ $0.works = false }, body)
    }

    private static func key(_ text: String = "dev-some-key-000001", _ more: JSONObject = [:]) -> JSON {
        var body: JSONObject = ["provider": "anthropic", "label": "Mine", "key": .string(text)]
        for (name, value) in more.members { body[name] = value }
        return .object(body)
    }

    @Test func `a key is looked at, renamed and replaced under its id`() async throws {
        try await Self.idle { service in
            let alice = try service.client("alice")
            let added = try await alice.post("/api/settings/keys", Self.key())
            #expect(added["version"] == 1 && added["last4"] == "0001" && added["default"] == false)
            #expect(added["verification"] == ["result": "pending", "note": .null, "at": .null])
            #expect(added["next"].string == "The key is being checked with Anthropic. It can be used meanwhile.")
            let path = "/api/settings/keys/\(added["id"].string ?? "")"
            #expect(try await alice.get(path).json == added.json)

            let renamed = try await alice.patch(path, ["label": "The company's"])
            #expect(renamed["label"] == "The company's" && renamed["version"] == 1)
            #expect(try await alice.patch(path, [:]).json == renamed.json, "nothing asked, nothing changed")

            let before = try await Self.record(service)
            let replaced = try await alice.put(path, ["key": "dev-other-key-999999"])
            #expect(replaced.status == 200)
            #expect(replaced["id"] == added["id"] && replaced["version"] == 2 && replaced["last4"] == "9999")
            #expect(replaced["label"] == "The company's")
            #expect(try await Self.record(service) != before)
            let findings = try await service.verifyAudit()
            #expect(findings.faults == [] && findings.keys == 1 && findings.entries == 2)
        }
    }

    @Test func `an old value that is brought back is neither opened nor unnoticed`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let keys = try await alice.get("/api/settings/keys")
            try await service.database.superuser.run(script: "CREATE TABLE backup AS TABLE provider_keys")
            let id = keys.items.first?["id"]?.string ?? ""
            #expect(try await alice.put("/api/settings/keys/\(id)", ["key": "dev-new-key-0000002"]).status == 200)
            // The old record under the current version, and the old row as it was.
            for version in [2, 1] {
                _ = try await service.database.superuser.query(
                    """
                    UPDATE provider_keys k SET version = \(version)::integer, nonce = b.nonce, ciphertext = b.ciphertext,
                        wrapped = b.wrapped, signature = b.signature FROM backup b
                    """)
                let faults = try await service.verifyAudit().faults
                #expect(faults.count == 1)
            }
        }
    }

    @Test func `a record that was tampered with is entered again, and the work goes on`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            try await service.database.superuser.run(
                script: "UPDATE provider_keys SET signature = set_byte(signature, 0, get_byte(signature, 0) # 1)")
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            let isWaiting = try await eventually { try await journey.now()["waiting"]["for"] == "key" }
            #expect(isWaiting)
            #expect(service.model.calls == 0)
            let key = try #require(try await alice.get("/api/settings/keys").items.first)
            let path = "/api/settings/keys/\(key["id"]?.string ?? "")"
            #expect(key["status"] == "invalid")
            #expect(key["next"]?.string?.contains("Enter it again: PUT \(path)") == true)
            #expect(try await alice.put(path, ["key": "dev-again-key-00001"]).status == 200)
            try await journey.until("spec_ready")
            try await journey.advised(at: "spec")
            // What a step took was not what the chain knew: that stays on record, and what comes after is followed.
            let findings = try await service.verifyAudit()
            #expect(findings.faults.count >= 1 && findings.faults[0].what.contains("in a state that it was not in"))
            #expect(findings.keys == 1)
        }
    }

    @Test func `one default for each provider, among the team's and among each person's`() async throws {
        try await Self.idle { service in
            let alice = try service.client("alice")
            func add(_ more: JSONObject) async throws -> String {
                try await alice.post("/api/settings/keys", Self.key("dev-some-key-000001", more))["id"].string ?? ""
            }
            func defaults() async throws -> Set<String> {
                Set(
                    try await alice.get("/api/settings/keys").items.filter { $0["default"] == true }
                        .compactMap { $0["id"]?.string })
            }
            let first = try await add(["default": true])
            let second = try await add(["default": true])
            let own = try await add(["default": true, "for": "me"])
            let other = try await add(["default": true, "provider": "openai"])
            #expect(try await defaults() == [second, own, other])
            #expect(try await alice.patch("/api/settings/keys/\(first)", ["default": true])["default"] == true)
            #expect(try await defaults() == [first, own, other])
            #expect(try await alice.patch("/api/settings/keys/\(first)", ["default": false])["default"] == false)
            #expect(try await defaults() == [own, other])
        }
    }

    @Test func `sent again, a key is stored once, and another key is not taken for it`() async throws {
        try await Self.idle { service in
            let alice = try service.client("alice")
            let once = [("Idempotency-Key", "add-1")]
            let added = try await alice.post("/api/settings/keys", Self.key(), once)
            let again = try await alice.post("/api/settings/keys", Self.key(), once)
            #expect(again.status == 201 && again.json == added.json)
            #expect(try await alice.get("/api/settings/keys").items.count == 1)
            let other = try await alice.post("/api/settings/keys", Self.key("dev-same-length-001"), once)
            #expect(other.status == 422 && other.problem == "idempotency-key-reused")
        }
    }

    @Test func `each status says what to do next`() async throws {
        try await Self.idle { service in
            let alice = try await service.keyed("alice")
            func view() async throws -> JSON { try await alice.get("/api/settings/keys").items[0] }
            func set(_ status: String, _ until: String = "NULL", _ verification: String = "ok") async throws {
                try await service.database.superuser.run(
                    script: """
                        UPDATE provider_keys SET status = '\(status)', status_until = \(until),
                            verification = '\(verification)'
                        """)
            }
            let id = try await view()["id"]?.string ?? ""
            try await set("active")
            #expect(try await view()["next"]?.isNull == true)
            try await set("active", "NULL", "failed")
            #expect(try await view()["next"]?.string?.contains("POST /api/settings/keys/\(id)/verify") == true)
            try await set("invalid")
            #expect(try await view()["next"]?.string?.contains("PUT /api/settings/keys/\(id)") == true)
            try await set("exhausted")
            #expect(try await view()["next"]?.string?.contains("Top it up with Anthropic") == true)
            try await set("throttled", "now() + interval '1 hour'")
            let throttled = try await view()
            #expect(throttled["status"] == "throttled")
            #expect(throttled["next"]?.string?.contains(throttled["status_until"]?.string ?? "?") == true)
            try await set("throttled", "now() - interval '1 second'")
            let over = try await view()
            #expect(over["status"] == "active" && over["status_until"]?.isNull == true && over["next"]?.isNull == true)
        }
    }

    @Test func `roles decide who sees and changes what`() async throws {
        try await Self.idle { service in
            let team = try await service.team(
                ("admin", .admin), ("builder", .builder), ("other", .builder), ("viewer", .viewer))
            func acting(_ name: String) throws -> Client { try service.client(name).acting(in: team) }
            let shared = try await acting("admin").post("/api/settings/keys", Self.key())
            #expect(shared.status == 201 && shared["owner_id"] == .null)
            let own = try await acting("builder").post(
                "/api/settings/keys", Self.key("dev-own-key-00007777", ["for": "me"]))
            #expect(own.status == 201 && own["owner_id"].string == service.user("builder").description)
            #expect(own["last4"] == "7777")
            let refused = try await acting("viewer").post(
                "/api/settings/keys", Self.key("dev-own-key-0000001", ["for": "me"]))
            #expect(refused.status == 403)

            func seen(by name: String) async throws -> [JSON] { try await acting(name).get("/api/settings/keys").items }
            let admin = try await seen(by: "admin")
            #expect(
                admin.map { $0["last4"]?.string } == ["0001", nil] && admin.map { $0["label"] } == ["Mine", "Mine"])
            let builder = try await seen(by: "builder")
            #expect(builder.map { $0["last4"]?.string } == [nil, "7777"] && builder[0]["label"] == "Mine")
            #expect(try await seen(by: "other").map { $0["id"] } == [shared["id"]])
            let viewer = try await seen(by: "viewer")
            #expect(viewer.count == 1 && viewer[0]["label"]?.isNull == true && viewer[0]["last4"]?.isNull == true)

            let path = "/api/settings/keys/\(own["id"].string ?? "")"
            for name in ["other", "viewer"] {
                #expect(try await acting(name).get(path).status == 404)
                #expect(try await acting(name).delete(path).status == 404)
                #expect(try await acting(name).put(path, ["key": "dev-mine-now-000001"]).status == 404)
            }
            let meddling = try await acting("admin").put(path, ["key": "dev-mine-now-000001"])
            #expect(meddling.status == 403)
            #expect(meddling["detail"].string?.contains("a member's own") == true)
            #expect(try await acting("admin").patch(path, ["label": "X"]).status == 403)
            #expect(try await acting("builder").patch(path, ["label": "Still mine"]).status == 200)
            #expect(try await acting("admin").delete(path).status == 204)
        }
    }

    @Test func `a person's key works for the features that they create, and nobody else's`() async throws {
        try await TestService.with { service in
            let team = try await service.team(("admin", .admin), ("builder", .builder), ("other", .builder))
            let admin = try service.client("admin").acting(in: team)
            let builder = try service.client("builder").acting(in: team)
            let shared = try await admin.post("/api/settings/keys", Self.key())
            let own = try await builder.post("/api/settings/keys", Self.key("dev-own-key-0000001", ["for": "me"]))
            _ = try await Journey.arrived(at: "spec_ready", by: builder)
            _ = try await Journey.arrived(at: "spec_ready", by: try service.client("other").acting(in: team))
            let rows = try await service.database.superuser.query(
                """
                SELECT f.created_by, a.key_id, count(*) FROM vault_audit a JOIN agent_runs r ON r.id = a.cause
                JOIN features f ON f.id = r.feature_id WHERE a.action = 'open' GROUP BY 1, 2
                """)
            let used = try Set(rows.map { "\(try $0.get(0, as: UserID.self)) \(try $0.get(1, as: String.self))" })
            #expect(
                used == [
                    "\(service.user("builder")) \(own["id"].string ?? "")",
                    "\(service.user("other")) \(shared["id"].string ?? "")",
                ])
        }
    }

    @Test func `the default goes first, and what is throttled goes last`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice", key: "dev-first-key-00001")
            let second = try await alice.post("/api/settings/keys", Self.key("dev-second-key-0002", ["default": true]))
            _ = try await service.keyed("alice", key: "dev-third-key-00003")
            _ = try await Journey.arrived(at: "spec_ready", by: alice)
            let secondID = second["id"].string ?? ""
            #expect(
                try await service.count("SELECT count(DISTINCT key_id) FROM vault_audit WHERE action = 'open'") == 1)
            #expect(
                try await service.count(
                    "SELECT count(*) FROM vault_audit WHERE action = 'open' AND key_id = '\(secondID)'") > 0)
            try await service.database.superuser.run(
                script: """
                    UPDATE provider_keys SET status = 'throttled', status_until = now() + interval '1 hour'
                    WHERE id = '\(secondID)'
                    """)
            _ = try await Journey.arrived(at: "spec_ready", by: alice)
            #expect(
                try await service.count("SELECT count(DISTINCT key_id) FROM vault_audit WHERE action = 'open'") == 2)
        }
    }

    private static func record(_ service: TestService) async throws -> String {
        try await service.database.superuser.query(
            "SELECT md5(nonce || ciphertext || wrapped || signature) FROM provider_keys")[0].get(0)
    }
}
