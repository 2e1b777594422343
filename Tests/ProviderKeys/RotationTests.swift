import Kernel
import ModelGateway
import Pipeline
import Postgres
import ProviderKeys
import ServiceHarness
import TestSupport
import Testing
import Vault

/// Keys move from one KEK to the next while everything runs.
@Suite(.timeLimit(.minutes(5)))
struct RotationTests {
    @Test func `data keys are wrapped anew, and ciphertexts stay as they are`() async throws {
        try await VaultFixture.with { vault in
            for number in 0..<12 {
                let tenant = try await vault.tenant()
                for key in 0...number % 3 { try await vault.add("sk-\(number)-\(key)", to: tenant) }
            }
            let ciphertexts: SQL = "SELECT id, nonce, ciphertext FROM provider_keys ORDER BY id"
            let before = try await vault.database.superuser.query(ciphertexts).map { try $0.get(2, as: [UInt8].self) }
            let counted = try await KEKCounts.read(in: vault.database.vault)
            #expect(counted.map(\.kek) == ["kek-1"] && counted.map(\.keys) == [24])
            let tally = try await vault.rotation.run { _ in }
            #expect(tally == .init(rotated: 24))
            let after = try await vault.database.superuser.query(ciphertexts).map { try $0.get(2, as: [UInt8].self) }
            #expect(after == before)
            let moved = try await KEKCounts.read(in: vault.database.vault)
            #expect(moved.map(\.kek) == ["kek-2"] && moved.map(\.keys) == [24])
            let findings = try await vault.verify()
            #expect(findings.faults == [] && findings.keys == 24 && findings.entries == 48 && findings.unsealed == 0)
            let again = try await vault.rotation.run { _ in }
            #expect(again == .init())
        }
    }

    @Test func `stopped anywhere, it goes on with what is left`() async throws {
        try await VaultFixture.with { vault in
            for _ in 0..<60 { try await vault.add("sk-key", to: try await vault.tenant()) }
            let first = Task { try await vault.rotation.run { _ in } }
            let isUnderWay = try await eventually {
                try await vault.count("SELECT count(*) FROM provider_keys WHERE kek_id = 'kek-2'") > 5
            }
            #expect(isUnderWay)
            first.cancel()
            _ = await first.result
            _ = try await vault.rotation.run { _ in }
            #expect(try await vault.count("SELECT count(*) FROM provider_keys WHERE kek_id = 'kek-2'") == 60)
            #expect(try await vault.count("SELECT count(*) FROM vault_audit WHERE action = 'rotate'") == 60)
            #expect(try await vault.verify().faults == [])
        }
    }

    @Test func `two at once share the work`() async throws {
        try await VaultFixture.with { vault in
            for _ in 0..<30 { try await vault.add("sk-key", to: try await vault.tenant()) }
            async let one = vault.rotation.run { _ in }
            async let other = vault.rotation.run { _ in }
            let (a, b) = try await (one, other)
            #expect(a.rotated + b.rotated == 30)
            #expect(a.refused == [] && b.refused == [])
            #expect(try await vault.verify().faults == [])
        }
    }

    @Test func `a key that nobody vouches for is named and left`() async throws {
        try await VaultFixture.with { vault in
            let tenant = try await vault.tenant()
            try await vault.add("sk-good", to: tenant)
            let planted = try await vault.add("sk-planted", to: tenant, signedBy: .generate(signerID: VaultKeyID("x")!))
            let tally = try await vault.rotation.run { _ in }
            #expect(tally.rotated == 1)
            #expect(tally.refused.map(\.key) == [planted.secretID])
            #expect(tally.refused[0].reason.contains("no trusted key signed this record"))
            let faults = try await vault.verify().faults
            #expect(faults.count == 1 && faults[0].what.contains("does not open"))
        }
    }

    @Test func `a feature is made meanwhile, by keys of both sides of the rotation`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            service.model.hold(.spec)
            try await journey.confirm()
            try await service.model.heldAnswers(.spec)
            let rotation = KeyRotation(database: service.database.vault, rewrapper: service.rewrapper)
            let tally = try await rotation.run { _ in }
            #expect(tally == .init(rotated: 1))
            service.model.release(.spec)
            try await journey.until("spec_ready")
            try await journey.advised(at: "spec")
            let used = try await service.count(
                "SELECT count(*) FROM vault_audit WHERE action = 'open' AND kek_id = 'kek-2'")
            #expect(used > 0, "the reviewer's step took the key after it had moved")
            // The API has not been restarted: it still seals for the old one, and the next round takes that along.
            _ = try await service.keyed("alice", key: "dev-another-key-0002")
            #expect(try await rotation.run { _ in }.rotated == 1)
            let findings = try await service.verifyAudit()
            #expect(findings.faults == [] && findings.unsealed == 0 && findings.keys == 2)
        }
    }

    @Test func `nobody else can do it`() async throws {
        try await VaultFixture.with { vault in
            let tenant = try await vault.tenant()
            try await vault.add("sk-key", to: tenant)
            for database in [vault.database.api, vault.database.worker] {
                for sql in [
                    "SELECT * FROM app.keys_by_kek()",
                    "SELECT * FROM app.tenants_to_rotate('kek-2', NULL, 10)",
                ] as [SQL] {
                    await #expect(throws: PostgresError.self) { try await database.write(.tenant(tenant), sql) }
                }
            }
            await #expect(throws: PostgresError.self) {
                try await vault.database.worker.write(.tenant(tenant), "UPDATE provider_keys SET kek_id = 'kek-2'")
            }
            let other = TenantID.new()
            let seen = try await vault.database.vault.read(.tenant(other), "SELECT id FROM provider_keys")
            #expect(seen.isEmpty)
            for sql in ["DELETE FROM provider_keys", "UPDATE provider_keys SET ciphertext = ''"] as [SQL] {
                await #expect(throws: PostgresError.self) {
                    try await vault.database.vault.write(.tenant(tenant), sql)
                }
            }
        }
    }
}
