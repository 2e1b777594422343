import Jobs
import Kernel
import ModelGateway
import Postgres
import ProviderKeys
import TestSupport
import Vault

/// A vault amid a rotation: records of the old KEK, and what an operator moves them with.
struct VaultFixture: Sendable {
    static let origin = "https://api.anthropic.com"

    var old = VaultKeys.generate()
    var next = KEKSecretKey.generate(id: KEKID("kek-2")!)
    let database: TestDatabase

    var opener: Opener { Opener(keks: [old.kek, next], verifyKeys: [old.signingKey.verifyKey]) }
    var rewrapper: Rewrapper {
        Rewrapper(opener: opener, sealer: Sealer(kek: next.publicKey, signingKey: old.signingKey))
    }
    var rotation: KeyRotation { KeyRotation(database: database.vault, rewrapper: rewrapper) }

    func verify(anchors: [TenantID: AuditVerification.Head] = [:]) async throws -> AuditVerification.Findings {
        try await AuditVerification(database: database.vault, trust: opener.auditTrust, rewrapper: rewrapper)
            .run(anchors: anchors)
    }

    func tenant() async throws -> TenantID {
        let tenant = TenantID.new()
        _ = try await database.superuser.query(
            "INSERT INTO tenants (tenant_id, kind, name) VALUES (\(tenant), 'team', 'T')")
        return tenant
    }

    /// Stores a sealed key and tells the audit, as the API does.
    @discardableResult
    func add(_ text: String, to tenant: TenantID, signedBy keys: VaultKeys? = nil) async throws -> SecretIdentity {
        let identity = SecretIdentity(
            tenant: tenant, secretID: .new(), version: 1, provider: "anthropic", origin: Self.origin)
        let sealed = try (keys ?? old).sealer.seal(SecretBytes(copying: text.utf8), as: identity)
        try await database.api.transaction(.tenant(tenant)) { tx in
            try await Self.insert(sealed, identity, in: tx)
            try await VaultAudit.append(
                [VaultAudit.Event(.seal, identity, sealed)], cause: .user(.new()), by: old.sealer.auditSigner,
                tenant: tenant, in: tx)
        }
        return identity
    }

    static func insert(_ sealed: SealedSecret, _ identity: SecretIdentity, in tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO provider_keys (tenant_id, id, provider, origin, label, last4, version, kek_id, alg, nonce,
                ciphertext, wrapped, signature, created_by)
            VALUES (\(identity.tenant), \(identity.secretID), 'anthropic', \(origin), 'Key', '', 1,
                \(sealed.kekID.text), \(sealed.alg), \(sealed.nonce), \(sealed.ciphertext), \(sealed.wrapped),
                \(sealed.signature), \(UserID.new()))
            """)
    }

    /// A step takes the tenant's key, as workers do.
    func use(_ tenant: TenantID) async throws {
        try await database.worker.transaction(.tenant(tenant)) { tx in
            let key = try await KeyRing.newest(
                for: [.anthropic], of: ProviderDirectory(), feature: ID<Never>.new(), tenant: tenant, in: tx)
            guard let key else { return }
            try await KeyRing.use(key, by: opener.auditSigner, job: JobID.new(), in: tx)
        }
    }

    /// What somebody does who has the database in their hands.
    func tamper(_ sql: SQL) async throws {
        try await database.superuser.query("SET session_replication_role = replica")
        try await database.superuser.query(sql)
        try await database.superuser.query("SET session_replication_role = origin")
    }

    func count(_ sql: SQL) async throws -> Int { try await database.superuser.query(sql)[0].get(0) }

    static func with(_ body: @Sendable (VaultFixture) async throws -> Void) async throws {
        try await TestDatabase.with(.migrated) { try await body(VaultFixture(database: $0)) }
    }
}
