import Kernel
import Postgres
import ProviderKeys
import ServiceHarness
import TestSupport
import Testing
import Vault

/// The audit in the database: everything is told, nothing can be taken back, and a verification finds what was done to it.
@Suite(.timeLimit(.minutes(5)))
struct AuditTests {
    @Test func `what happens to a key is told in the transaction in which it happens`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            try await journey.until("spec_ready")
            try await journey.advised(at: "spec")
            let key = try #require(try await alice.get("/api/settings/keys").items.first?["id"]?.string)
            #expect(try await alice.delete("/api/settings/keys/\(key)").status == 204)
            let rows = try await service.database.superuser.query(
                "SELECT action, cause FROM vault_audit ORDER BY sequence")
            let actions = try rows.map { try $0.get(0, as: String.self) }
            #expect(actions.first == "seal" && actions.last == "delete")
            #expect(actions.count { $0 == "open" } >= 2, "the spec's step and the reviewer's")
            #expect(try rows[0].get(1, as: UserID.self) == service.user("alice"))
            let findings = try await service.verifyAudit()
            #expect(findings.faults == [] && findings.keys == 0 && findings.unsealed == 0)
        }
    }

    @Test func `a refused key is marked, and the audit says so`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice", key: "wrong-key-000000")
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            let isWaiting = try await eventually { try await journey.now()["waiting"]["for"] == "key" }
            #expect(isWaiting)
            let rows = try await service.database.superuser.query(
                "SELECT detail FROM vault_audit WHERE action = 'mark'")
            #expect(try rows.map { try $0.get(0, as: String.self) } == ["invalid"])
            #expect(try await service.verifyAudit().faults == [])
        }
    }

    @Test func `nobody changes or removes an entry`() async throws {
        try await VaultFixture.with { vault in
            let tenant = try await vault.tenant()
            try await vault.add("sk-key", to: tenant)
            let attempts: [SQL] = [
                "UPDATE vault_audit SET detail = 'x'", "DELETE FROM vault_audit", "TRUNCATE vault_audit",
            ]
            for database in [vault.database.api, vault.database.worker, vault.database.vault] {
                for sql in attempts {
                    await #expect(throws: PostgresError.self) { try await database.write(.tenant(tenant), sql) }
                }
            }
            for sql in attempts {
                let error = await #expect(throws: PostgresError.self) { try await vault.database.superuser.query(sql) }
                #expect(error?.sqlState == "42501", "not even a superuser, by accident")
            }
        }
    }

    @Test func `entries of many at once make one chain`() async throws {
        try await VaultFixture.with { vault in
            let tenant = try await vault.tenant()
            try await vault.add("sk-key", to: tenant)
            try await withThrowingTaskGroup { group in
                for _ in 0..<40 { group.addTask { try await vault.use(tenant) } }
                for _ in 0..<10 { group.addTask { try await vault.add("sk-more", to: tenant) } }
                try await group.waitForAll()
            }
            let findings = try await vault.verify()
            #expect(findings.faults == [] && findings.entries == 51 && findings.keys == 11)
        }
    }

    @Test func `a verification finds what was done behind the service's back`() async throws {
        let attacks: [(String, SQL, String)] = [
            ("an edit", "UPDATE vault_audit SET detail = 'x' WHERE sequence = 2", "was edited"),
            ("a removal", "DELETE FROM vault_audit WHERE sequence = 2", "missing"),
            ("a cut end", "DELETE FROM vault_audit WHERE sequence = 4", "its end was cut off"),
            ("a removed key", "DELETE FROM provider_keys", "was removed without the chain being told"),
            ("another KEK", "UPDATE provider_keys SET kek_id = 'kek-9'", "does not open"),
            ("an exchanged origin", "UPDATE provider_keys SET origin = 'https://evil.example'", "does not open"),
            ("an older version", "UPDATE provider_keys SET version = 7", "does not open"),
            (
                "a forged entry",
                """
                WITH h AS (UPDATE vault_audit_heads SET sequence = 5, hash = '\\x01')
                INSERT INTO vault_audit SELECT tenant_id, 5, action, key_id, key_version, kek_id, record_digest, cause,
                    detail, at, signer, '\\x01', signature FROM vault_audit WHERE sequence = 4
                """, "was edited"
            ),
        ]
        for (name, attack, expected) in attacks {
            try await VaultFixture.with { vault in
                let tenant = try await vault.tenant()
                try await vault.add("sk-key", to: tenant)
                for _ in 0..<3 { try await vault.use(tenant) }
                #expect(try await vault.verify().faults == [])
                try await vault.tamper(attack)
                let faults = try await vault.verify().faults
                #expect(faults.count == 1, "\(name)")
                #expect(faults.first?.description.contains(expected) == true, "\(name): \(faults)")
            }
        }
    }

    @Test func `a chain rolled back as a whole shows against its anchor alone`() async throws {
        try await VaultFixture.with { vault in
            let tenant = try await vault.tenant()
            try await vault.add("sk-key", to: tenant)
            for _ in 0..<3 { try await vault.use(tenant) }
            let anchors = try await vault.verify().heads
            #expect(anchors[tenant]?.sequence == 4)
            // The last opening never happened, says whoever holds the database.
            try await vault.tamper("DELETE FROM vault_audit WHERE sequence = 4")
            try await vault.tamper(
                "UPDATE vault_audit_heads h SET sequence = 3, hash = a.hash FROM vault_audit a WHERE a.sequence = 3")
            #expect(try await vault.verify().faults == [], "nothing inside the database can tell")
            let faults = try await vault.verify(anchors: anchors).faults
            #expect(faults.count == 1 && faults[0].what.contains("it was rolled back"))
            // It grows again, as long as it was and longer.
            for _ in 0..<2 { try await vault.use(tenant) }
            let grown = try await vault.verify(anchors: anchors).faults
            #expect(grown.count == 1 && grown[0].what.contains("rolled back and grew anew"))
            #expect(try await vault.verify(anchors: [TenantID.new(): anchors[tenant]!]).faults.count == 1)
        }
    }

    @Test func `a key from before the audit is no fault, and is counted`() async throws {
        try await VaultFixture.with { vault in
            let tenant = try await vault.tenant()
            let identity = SecretIdentity(
                tenant: tenant, secretID: .new(), version: 1, provider: "anthropic", origin: VaultFixture.origin)
            let sealed = try vault.old.sealer.seal(SecretBytes(copying: "sk-old".utf8), as: identity)
            try await vault.database.api.transaction(.tenant(tenant)) { tx in
                try await VaultFixture.insert(sealed, identity, in: tx)
            }
            let before = try await vault.verify()
            #expect(before.faults == [] && before.unsealed == 1)
            try await vault.use(tenant)
            _ = try await vault.rotation.run { _ in }
            let after = try await vault.verify()
            #expect(after.faults == [] && after.unsealed == 1 && after.entries == 2)
        }
    }
}
