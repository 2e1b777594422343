import Kernel
import Postgres
import ServiceHarness
import Telemetry
import TestSupport
import Testing

/// `/api/settings/keys`.
@Suite(.timeLimit(.minutes(5)))
struct KeysTests {
    @Test func `a key is stored and never shown again`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let secret = "dev-a-very-secret-key-9876"
            let added = try await alice.post(
                "/api/settings/keys", ["provider": "anthropic", "label": "Mine", "key": .string(secret)])
            #expect(added.status == 201)
            #expect(added["last4"] == "9876")
            #expect(added["status"] == "active")
            let listed = try await alice.get("/api/settings/keys")
            #expect(listed.items == [added.json])
            #expect(!listed.text.contains("very-secret") && !added.text.contains("very-secret"))
            #expect(!service.log.lines.contains { $0.contains("very-secret") })
            // What lies in the table opens for the worker alone; the plaintext is nowhere in the row.
            let rows = try await service.database.superuser.query("SELECT provider_keys::text FROM provider_keys")
            #expect(try !rows[0].get(0, as: String.self).contains("very-secret"))
        }
    }

    @Test func `a short key shows none of its characters`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let added = try await service.client("alice").post(
                "/api/settings/keys", ["provider": "anthropic", "label": "Short", "key": "dev-1234"])
            #expect(added["last4"] == "")
        }
    }

    @Test func `a key with spaces or of an unknown provider is refused without being repeated`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            for (provider, key, pointer) in [
                ("anthropic", "dev-key with-space", "/key"), ("anthropic", "dev-key\n12345", "/key"),
                ("anthropic", "dev-schlüssel", "/key"), ("acme", "dev-good-key", "/provider"),
            ] {
                let reply = try await alice.post(
                    "/api/settings/keys",
                    ["provider": .string(provider), "label": "Mine", "key": .string(key)])
                #expect(reply.status == 422)
                #expect(reply["pointer"].string == pointer)
                #expect(!reply.text.contains(key.suffix(8)))
            }
            #expect(try await alice.get("/api/settings/keys").items == [])
        }
    }

    @Test func `a server of one's own comes with its base URL`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            func add(_ provider: String, _ url: String?) async throws -> Reply {
                var key: JSONObject = ["provider": .string(provider), "label": "Mine", "key": "dev-some-key-0001"]
                key["base_url"] = url.map { .string($0) }
                return try await alice.post("/api/settings/keys", .object(key))
            }
            let added = try await add("compatible", "https://Models.example:443/v1/")
            #expect(added.status == 201)
            #expect(added["base_url"] == "https://models.example/v1")
            let fixed = try await add("openai", nil)
            #expect(fixed.status == 201)
            #expect(fixed["base_url"] == .null)
            #expect(try await alice.get("/api/settings/keys").items == [added.json, fixed.json])
            for (provider, url) in [
                ("openai", "https://models.example/v1"), ("compatible", "http://models.example/v1"),
                ("vllm", "https://me:secret@models.example"), ("ollama", "file:///etc/passwd"),
                ("compatible", "https://169.254.169.254/latest"), ("vllm", "https://0x0a000001"),
                ("ollama", "https://[::ffff:127.0.0.1]:11434"), ("compatible", "https://models.example:22"),
            ] {
                let reply = try await add(provider, url)
                #expect(reply.status == 422, "\(provider) \(url)")
                #expect(reply["pointer"] == "/base_url")
            }
            let rows = try await service.database.superuser.query("SELECT origin FROM provider_keys ORDER BY id")
            let origins = try rows.map { try $0.get(0, as: String.self) }
            #expect(origins == ["https://models.example", service.model.url])
        }
    }

    @Test func `a deleted key is gone, and deleting it again finds nothing`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try await service.keyed("alice")
            let id = try #require(try await alice.get("/api/settings/keys").items.first?["id"]?.string)
            #expect(try await alice.delete("/api/settings/keys/\(id)").status == 204)
            #expect(try await alice.delete("/api/settings/keys/\(id)").status == 404)
            #expect(try await alice.get("/api/settings/keys").items == [])
        }
    }

    @Test func `what needs a model says how to add a key`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let journey = try await Journey.drafted(by: alice)
            for (path, body) in [
                ("/api/features", ["brief_text": "Lend tools."]),
                ("\(journey.path)/messages", ["text": "Hello"]), ("\(journey.path)/confirm", ["revision": 1]),
            ] as [(String, JSON)] {
                let reply = try await alice.post(path, body)
                #expect(reply.status == 409, "\(path)")
                #expect(reply.problem == "no-provider-key")
                #expect(reply["next"] == ["method": "POST", "path": "/api/settings/keys"])
                #expect(reply["detail"].string?.contains("POST /api/settings/keys") == true)
            }
            // Nothing half-made stays.
            #expect(try await alice.get("/api/features").items.count == 1)
            #expect(try await alice.get("\(journey.path)/messages").items == [])
            #expect(try await journey.now()["status"] == "drafting")
        }
    }
}
