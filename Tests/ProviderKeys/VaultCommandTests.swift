import Kernel
import Postgres
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Service

/// The operator's command, on key files and a database.
@Suite(.timeLimit(.minutes(5)))
struct VaultCommandTests {
    @Test func `a KEK is added, everything moves to it, and the old one is retired`() async throws {
        try await Self.with { folder, vault in
            #expect(try await said(["status", folder], vault) == "kek-1  2 keys  seals now")
            let refusal = await #expect(throws: VaultTrouble.self) {
                try await said(["retire", folder, "kek-1"], vault)
            }
            #expect(refusal?.description.contains("newest KEK") == true)

            _ = try VaultKeyFiles.addKEK(to: VaultKeyPaths(directory: folder))
            let status = try await said(["status", folder], vault)
            #expect(status.contains("kek-1  2 keys  still needed: specwright vault rotate"))
            #expect(status.contains("kek-2  0 keys  seals now"))
            let needed = await #expect(throws: VaultTrouble.self) {
                try await said(["retire", folder, "kek-1"], vault)
            }
            #expect(needed?.description.contains("2 keys are still sealed for kek-1") == true)

            let rotated = try await said(["rotate", folder], vault)
            #expect(rotated.hasSuffix("2 keys rotated to kek-2, 0 left on older ones."))
            #expect(try await said(["rotate", folder], vault).contains("0 keys rotated"), "twice does no harm")
            let json = try JSON(parsing: try await said(["status", folder, "--json"], vault))
            #expect(json[0] == ["kek": "kek-1", "keys": 0, "held": true, "sealing": false])
            #expect(try await said(["retire", folder, "kek-1"], vault).contains("kek-1 is gone"))
            #expect(try await said(["status", folder], vault) == "kek-2  2 keys  seals now")
            // Entries that workers signed under the retired KEK can still be checked.
            #expect(try await said(["verify", folder], vault).contains("all as they should be"))
        }
    }

    @Test func `a verification leaves anchors, and holds the next against them`() async throws {
        try await Self.with { folder, vault in
            let file = folder + "/anchors"
            let first = try await said(["verify", folder, "--anchors", file], vault)
            #expect(first == "2 chains, 3 entries, 2 keys: all as they should be.")
            let anchors = try AnchorFile(path: file).read()
            #expect(anchors.count == 2)
            try await vault.tamper("DELETE FROM vault_audit WHERE action = 'open'")
            try await vault.tamper(
                "UPDATE vault_audit_heads h SET sequence = 1, hash = a.hash FROM vault_audit a WHERE a.tenant_id = h.tenant_id"
            )
            #expect(try await said(["verify", folder], vault).contains("all as they should be"))
            var told = ""
            await #expect(throws: VaultTrouble.self) {
                try await VaultCommand(options: VaultOptions(["verify", folder, "--anchors", file])).act(
                    on: vault.database.vault
                ) { told += $0 }
            }
            #expect(told.contains("FAULT") && told.contains("it was rolled back"))
            #expect(try AnchorFile(path: file).read() == anchors, "what does not hold is no anchor")
        }
    }

    @Test(arguments: [
        [], ["fly", "d"], ["rotate"], ["rotate", "d", "e"], ["retire", "d"], ["retire", "d", "KEK"],
        ["verify", "d", "--anchors"], ["rotate", "d", "--json"], ["init", "--x"],
    ])
    func `what makes no sense is refused`(words: [String]) {
        #expect(throws: UsageError.self) { try VaultOptions(words[...]) }
    }

    private func said(_ words: [String], _ vault: VaultFixture) async throws -> String {
        var lines: [String] = []
        try await VaultCommand(options: VaultOptions(words[...])).act(on: vault.database.vault) { lines.append($0) }
        return lines.joined(separator: "\n")
    }

    /// Two tenants with a key each, one of them used, and the key files in a folder.
    private static func with(_ body: @escaping @Sendable (String, VaultFixture) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            try await VaultFixture.with { vault in
                try VaultKeyFiles.write(vault.old, to: VaultKeyPaths(directory: folder))
                let oldAlone = VaultFixture(old: vault.old, next: vault.old.kek, database: vault.database)
                for _ in 0..<2 { try await vault.add("sk-key", to: try await vault.tenant()) }
                let tenants = try await vault.database.superuser.query("SELECT tenant_id FROM provider_keys LIMIT 1")
                try await oldAlone.use(try tenants[0].get(0))
                try await body(folder, vault)
            }
        }
    }
}
