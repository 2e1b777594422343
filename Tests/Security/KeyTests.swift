import Kernel
import Postgres
import ServiceHarness
import TestSupport
import Testing
import Vault

/// Where a provider key may go.
@Suite(.timeLimit(.minutes(5)))
struct KeyTests {
    @Test func `a key that was entered for another address is not sent to this one`() async throws {
        try await TestService.with { service in
            let alice = try service.client("alice")
            _ = try await alice.get("/api/me")
            try await Self.plant("dev-other-address-1", origin: "https://old.example", of: "alice", in: service)
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            let isWaiting = try await eventually { try await journey.now()["waiting"]["for"] == "key" }
            #expect(isWaiting)
            #expect(service.model.calls == 0)
            let reason = try await journey.now()["next"].string ?? ""
            #expect(reason.contains("another address"), "\(reason)")
            // Entered anew, the work goes on.
            _ = try await service.keyed("alice")
            try await journey.advised(at: "spec")
        }
    }

    @Test func `nobody stores keys without end`() async throws {
        try await TestService.with { options in
            options.works = false
        } _: { service in
            let alice = try service.client("alice")
            let body: JSON = ["provider": "anthropic", "label": "Mine", "key": "dev-test-key-0001"]
            var last = try await alice.post("/api/settings/keys", body)
            for _ in 0..<50 { last = try await alice.post("/api/settings/keys", body) }
            #expect(last.status == 409)
            #expect(last.problem == "too-many-keys")
            let keys = try await alice.get("/api/settings/keys").items
            #expect(keys.count == 50)
            let gone = try await alice.delete("/api/settings/keys/\(keys[0]["id"]?.string ?? "")")
            #expect(gone.status == 204)
            #expect(try await alice.post("/api/settings/keys", body).status == 201)
        }
    }

    /// Stores a key that was properly sealed, as `serve` would have while it had another base URL.
    private static func plant(
        _ key: String, origin: String, of person: String, in service: TestService
    ) async throws {
        let tenant = TenantID.personal(of: service.user(person))
        let identity = SecretIdentity(
            tenant: tenant, secretID: .new(), version: 1, provider: "anthropic", origin: origin)
        let sealed = try service.vault.sealer.seal(SecretBytes(copying: key.utf8), as: identity)
        _ = try await service.database.superuser.query(
            """
            INSERT INTO provider_keys (tenant_id, id, provider, origin, label, last4, version, kek_id, alg, nonce,
                ciphertext, wrapped, signature, created_by)
            VALUES (\(tenant), \(identity.secretID), 'anthropic', \(origin), 'Old', '', 1, \(sealed.kekID.text),
                \(sealed.alg), \(sealed.nonce), \(sealed.ciphertext), \(sealed.wrapped), \(sealed.signature), \(tenant))
            """)
    }
}
