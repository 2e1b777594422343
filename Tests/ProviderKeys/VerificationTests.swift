import Kernel
import ModelGateway
import Pipeline
import Postgres
import ProviderKeys
import ServiceHarness
import TestSupport
import Testing

/// Keys are checked with their provider by a worker.
@Suite(.timeLimit(.minutes(5)))
struct VerificationTests {
    private static func with(_ body: @Sendable (TestService) async throws -> Void) async throws {
        try await TestService.with({ $0.checksKeys = true }, body)
    }

    @Test(arguments: ["anthropic", "openai"])
    func `a key that the provider knows is ok`(provider: String) async throws {
        try await Self.with { service in
            let alice = try service.client("alice")
            let added = try await alice.post(
                "/api/settings/keys", ["provider": .string(provider), "label": "Mine", "key": "dev-good-key-0001"])
            let view = try await Self.checked(added, by: alice)
            #expect(view["verification"]["result"]?.string == "ok" && view["verification"]["at"]?.string != nil)
            #expect(view["status"] == "active" && view["next"] == .null && view["last_used_at"] == .null)
            let findings = try await service.verifyAudit()
            #expect(findings.faults == [] && findings.entries == 2, "its sealing, and its opening for the check")
        }
    }

    @Test func `a key that nobody knows is invalid before anything is tried with it`() async throws {
        try await Self.with { service in
            let alice = try service.client("alice")
            let added = try await alice.post(
                "/api/settings/keys", ["provider": "anthropic", "label": "Mine", "key": "no-key-of-anybody"])
            let view = try await Self.checked(added, by: alice)
            #expect(view["verification"]["note"]?.string == "The provider does not accept this key.")
            #expect(view["status"] == "invalid")
            #expect(view["next"].string?.contains("does not accept this key") == true)
            #expect(try await alice.post("/api/features", ["brief_text": "Lend tools."]).problem == "no-provider-key")

            // Replaced by one that works, under the same id.
            let path = "/api/settings/keys/\(added["id"].string ?? "")"
            let replaced = try await alice.put(path, ["key": "dev-good-key-0001"])
            #expect(replaced["status"] == "active")
            #expect(try await Self.checked(replaced, by: alice)["verification"]["result"]?.string == "ok")
        }
    }

    @Test func `an account that was topped up is taken up again, and what waited goes on`() async throws {
        try await Self.with { service in
            let alice = try service.client("alice")
            let added = try await alice.post(
                "/api/settings/keys", ["provider": "anthropic", "label": "Mine", "key": "dev-good-key-0001"])
            _ = try await Self.checked(added, by: alice)
            let journey = try await Journey.drafted(by: alice)
            service.model.hold(.spec)
            try await journey.confirm()
            try await service.model.heldAnswers(.spec)
            try await service.database.superuser.run(
                script: "UPDATE provider_keys SET status = 'exhausted'; UPDATE features SET waiting_for = 'key'")
            let asked = try await alice.post("/api/settings/keys/\(added["id"].string ?? "")/verify", [:])
            #expect(asked.status == 202)
            #expect(asked["verification"]["result"]?.string == "pending")
            let view = try await Self.checked(asked, by: alice)
            #expect(view["status"] == "active")
            #expect(try await journey.now()["waiting"] == .null)
            service.model.release(.spec)
            try await journey.until("spec_ready")
            #expect(try await service.verifyAudit().faults == [])
        }
    }

    @Test func `an exhausted account is told as such`() async throws {
        try await Self.with { service in
            let alice = try service.client("alice")
            let added = try await alice.post(
                "/api/settings/keys", ["provider": "anthropic", "label": "Mine", "key": "dev-exhausted-account"])
            let view = try await Self.checked(added, by: alice)
            #expect(view["status"] == "exhausted")
            #expect(view["next"].string?.contains("Top it up") == true)
        }
    }

    @Test func `a server that cannot be reached leaves the key as it is, and says so`() async throws {
        try await Self.with { service in
            let alice = try service.client("alice")
            let added = try await alice.post(
                "/api/settings/keys",
                [
                    "provider": "compatible", "label": "Mine", "key": "dev-good-key-0001",
                    "base_url": "http://127.0.0.1:1/v1",
                ])
            #expect(added.status == 201)
            let view = try await Self.checked(added, by: alice)
            #expect(view["verification"]["result"]?.string == "failed")
            #expect(view["verification"]["note"]?.string == "The model provider could not be reached.")
            #expect(view["status"] == "active")
            #expect(view["next"].string?.contains("used all the same") == true)
        }
    }

    private static func checked(_ key: Reply, by client: Client) async throws -> Reply {
        let path = "/api/settings/keys/\(key["id"].string ?? "")"
        let isChecked = try await eventually {
            try await client.get(path)["verification"]["result"]?.string != "pending"
        }
        #expect(isChecked)
        return try await client.get(path)
    }
}
