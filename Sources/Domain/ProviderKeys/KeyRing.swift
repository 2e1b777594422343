package import Kernel
package import ModelGateway
package import Postgres
package import Vault

/// What of provider keys the pipeline needs: whether there is one, and, in the worker, the sealed record.
package enum KeyRing {
    /// Refuses with how to add a key when the tenant has none that works.
    package static func requireKey(_ scope: Scope, in database: Database) async throws {
        let rows = try await database.read(
            scope,
            "SELECT 1 FROM provider_keys WHERE tenant_id = (SELECT app.tenant()) AND status = 'active' LIMIT 1")
        guard !rows.isEmpty else { throw Problem.noProviderKey }
    }

    /// Holds off new keys of the tenant until the transaction ends, so that "there is none" and "wait for one" are said in
    /// one breath: a key that is added meanwhile finds whoever waits for it.
    package static func lock(tenant: TenantID, in tx: Transaction) async throws {
        _ = try await tx.query("SELECT pg_advisory_xact_lock(hashtextextended(\("provider keys of \(tenant)"), 0))")
    }

    /// The newest working key of the transaction's tenant, still sealed. Only the worker's role may read it.
    ///
    /// - Parameter origin: where it would be sent. A key entered for another origin is no key here: whoever changes a
    ///   base URL must not come by the keys that people entered for the old one.
    package static func newest(
        _ provider: Provider, origin: String, tenant: TenantID, in tx: Transaction
    ) async throws -> (identity: SecretIdentity, sealed: SealedSecret)? {
        let rows = try await tx.query(
            """
            SELECT id, version, provider, origin, kek_id, alg, nonce, ciphertext, wrapped, signature FROM provider_keys
            WHERE tenant_id = \(tenant) AND provider = \(provider.rawValue) AND origin = \(origin)
                AND base_url IS NULL AND status = 'active'
            ORDER BY id DESC LIMIT 1
            """)
        guard let row = rows.first else { return nil }
        let identity = SecretIdentity(
            tenant: tenant, secretID: try row.get(0), version: try row.get(1), provider: try row.get(2),
            origin: try row.get(3))
        let kekName: String = try row.get(4)
        guard let kekID = KEKID(kekName) else { throw UnreadableKey() }
        let sealed = SealedSecret(
            kekID: kekID, alg: try row.get(5), nonce: try row.get(6), ciphertext: try row.get(7),
            wrapped: try row.get(8), signature: try row.get(9), version: identity.version)
        return (identity, sealed)
    }

    /// The provider said that this key is not valid, or that its account is exhausted.
    package static func mark(
        _ key: ID<SecretSubject>, _ status: String, tenant: TenantID, in tx: Transaction
    ) async throws {
        _ = try await tx.execute(
            "UPDATE provider_keys SET status = \(status) WHERE tenant_id = \(tenant) AND id = \(key)")
    }

    package static func touch(_ key: ID<SecretSubject>, tenant: TenantID, in tx: Transaction) async throws {
        _ = try await tx.execute(
            "UPDATE provider_keys SET last_used_at = now() WHERE tenant_id = \(tenant) AND id = \(key)")
    }
}

/// A row of `provider_keys` that no version of this program has written.
struct UnreadableKey: Error {}
