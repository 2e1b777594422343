package import Jobs
package import Kernel
package import ModelGateway
package import Postgres
package import Vault

/// What of provider keys the pipeline needs: whether there is one, and, in the worker, the sealed record.
package enum KeyRing {
    /// Refuses with how to add a key when the tenant has none that works.
    package static func requireKey(in tx: Transaction) async throws {
        let rows = try await tx.query(
            """
            SELECT 1 FROM provider_keys
            WHERE tenant_id = (SELECT app.tenant()) AND status IN ('active', 'throttled') LIMIT 1
            """)
        guard !rows.isEmpty else { throw Problem.noProviderKey }
    }

    /// Holds off new keys of the tenant until the transaction ends, so that "there is none" and "wait for one" are said in
    /// one breath: a key that is added meanwhile finds whoever waits for it.
    package static func lock(tenant: TenantID, in tx: Transaction) async throws {
        _ = try await tx.query("SELECT pg_advisory_xact_lock(hashtextextended(\("provider keys of \(tenant)"), 0))")
    }

    /// The providers that the transaction's tenant has a working key for, wherever it may be sent.
    package static func providers<Feature>(
        for feature: ID<Feature>, tenant: TenantID, in tx: Transaction
    ) async throws -> Set<Provider> {
        let rows = try await tx.query(
            """
            SELECT DISTINCT provider FROM provider_keys
            WHERE tenant_id = \(tenant) AND \(KeyOrder.usable(for: feature, tenant: tenant))
            """)
        return Set(try rows.compactMap { Provider(rawValue: try $0.get(0)) })
    }

    /// The working key of the transaction's tenant that goes first, among those for one of `providers`, still sealed. Only
    /// the worker's role may read it.
    ///
    /// Its row stays locked until the transaction ends, so that what the audit is told of it is so.
    ///
    /// A key that came without a base URL is good for where `directory` has its provider now, if that has the origin it was
    /// entered for: whoever changes a base URL must not come by the keys that people entered for the old one.
    package static func newest<Feature>(
        for providers: [Provider], of directory: ProviderDirectory, feature: ID<Feature>, tenant: TenantID,
        in tx: Transaction
    ) async throws -> SealedKey? {
        let fixed = providers.compactMap { provider in directory.url(of: provider).map { (provider, $0.origin) } }
        let own = directory.takingBaseURL.filter(providers.contains).map(\.rawValue)
        let rows = try await tx.query(
            """
            SELECT \(unsafeRaw: StoredRecord.columns), base_url FROM provider_keys
            WHERE tenant_id = \(tenant) AND \(KeyOrder.usable(for: feature, tenant: tenant))
                AND CASE WHEN base_url IS NULL
                    THEN (provider, origin) IN
                        (SELECT * FROM unnest(\(fixed.map(\.0.rawValue)), \(fixed.map(\.1))))
                    ELSE provider = ANY(\(own)) END
            ORDER BY \(KeyOrder.first) LIMIT 1 FOR NO KEY UPDATE
            """)
        guard let row = rows.first else { return nil }
        let stored = try StoredRecord(row, tenant: tenant)
        let baseURL: String? = try row.get(StoredRecord.count)
        guard let provider = Provider(rawValue: stored.identity.provider),
            let place = try baseURL.map({ try BaseURL($0) }) ?? directory.url(of: provider),
            place.origin == stored.identity.origin
        else { throw UnreadableKey() }
        return SealedKey(provider: provider, place: place, identity: stored.identity, sealed: stored.sealed)
    }

    /// The provider has said something of a key. A value that has been replaced meanwhile is not meant.
    package static func mark(
        _ key: SecretIdentity, _ status: KeyStatus, by signer: AuditSigner, job: JobID, in tx: Transaction
    ) async throws {
        let rows = try await tx.query(
            """
            UPDATE provider_keys SET status = \(status.name), status_until = \(status.until)
            WHERE tenant_id = \(key.tenant) AND id = \(key.secretID) AND version = \(key.version)
            RETURNING \(unsafeRaw: StoredRecord.columns)
            """)
        guard let row = rows.first else { return }
        let stored = try StoredRecord(row, tenant: key.tenant)
        try await VaultAudit.append(
            [VaultAudit.Event(.mark, key, stored.sealed, detail: status.name)], cause: .job(job), by: signer,
            tenant: key.tenant, in: tx)
    }

    /// The stored record does not open: altered, or left behind by a rotation. Nothing tries it again, and its owner sees
    /// that it has to be entered anew.
    package static func markUnreadable(
        _ key: SecretIdentity, by signer: AuditSigner, job: JobID, in tx: Transaction
    ) async throws {
        _ = try await tx.execute(
            """
            UPDATE provider_keys SET verification = 'failed', verification_note = \(unreadableNote), verified_at = now()
            WHERE tenant_id = \(key.tenant) AND id = \(key.secretID) AND version = \(key.version)
            """)
        try await mark(key, .invalid, by: signer, job: job, in: tx)
    }

    static let unreadableNote = "It cannot be opened here any more. Enter it again."

    /// A step takes the key to work with: this is what the audit calls an opening. Once a step, in the transaction that
    /// begins it, and not once a call: a step makes many calls, each opening the same record for its own length, and the
    /// runs say how many there were (docs/decisions/0007).
    package static func use(
        _ key: SealedKey, by signer: AuditSigner, job: JobID,
        in tx: Transaction
    ) async throws {
        let tenant = key.identity.tenant
        _ = try await tx.execute(
            "UPDATE provider_keys SET last_used_at = now() WHERE tenant_id = \(tenant) AND id = \(key.identity.secretID)"
        )
        try await VaultAudit.append(
            [VaultAudit.Event(.open, key.identity, key.sealed)], cause: .job(job), by: signer,
            tenant: tenant, in: tx)
    }
}

/// A row of `provider_keys` that no version of this program has written.
struct UnreadableKey: Error {}
