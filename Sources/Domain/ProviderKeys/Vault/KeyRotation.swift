package import Kernel
package import Postgres
package import Vault

/// Wraps every key's data key to the newest KEK, tenant by tenant, while everything runs.
///
/// Each tenant is one short transaction: a stop at any moment loses nothing, the next run goes on with what is left, and two
/// at once share the work. Ciphertexts are neither read out of the database nor changed.
package struct KeyRotation: Sendable {
    package struct Tally: Sendable, Equatable {
        package var rotated: Int
        /// Keys that no trusted signer vouches for, or that no KEK here opens: they stay as they are.
        package var refused: [Refusal] = []

        package init(rotated: Int = 0) { self.rotated = rotated }
    }

    package struct Refusal: Sendable, Equatable {
        package let tenant: TenantID
        package let key: SecretID
        package let reason: String
    }

    private let database: Database
    private let rewrapper: Rewrapper
    /// Tenants at once.
    private static let width = 4
    private static let tenantsPerPage = 400
    private static let keysPerTransaction = 100

    package init(database: Database, rewrapper: Rewrapper) {
        self.database = database
        self.rewrapper = rewrapper
    }

    /// - Parameter progress: told now and then how many keys have been rotated so far.
    package func run(progress: (Int) -> Void) async throws -> Tally {
        var tally = Tally()
        var last: TenantID?
        while true {
            let tenants = try await page(after: last)
            guard !tenants.isEmpty else { return tally }
            try await withThrowingTaskGroup(of: Tally.self) { group in
                var left = tenants[...]
                for tenant in left.prefix(Self.width) { group.addTask { try await rotate(tenant) } }
                left = left.dropFirst(Self.width)
                while let part = try await group.next() {
                    tally.rotated += part.rotated
                    tally.refused += part.refused
                    if let tenant = left.popFirst() { group.addTask { try await rotate(tenant) } }
                }
            }
            progress(tally.rotated)
            last = tenants.last
        }
    }

    private func page(after last: TenantID?) async throws -> [TenantID] {
        try await database.read(
            .untenanted,
            """
            SELECT tenant_id FROM app.tenants_to_rotate(\(rewrapper.kekID.text), \(last), \(Self.tenantsPerPage)::integer)
            """
        ).map { try $0.get(0) }
    }

    private func rotate(_ tenant: TenantID) async throws -> Tally {
        var whole = Tally()
        var last: SecretID?
        while true {
            let (part, end) = try await batch(of: tenant, after: last)
            whole.rotated += part.rotated
            whole.refused += part.refused
            guard let end else { return whole }
            last = end
        }
    }

    /// - Returns: what was done, and the last key looked at; `nil` when there are no more.
    private func batch(of tenant: TenantID, after last: SecretID?) async throws -> (Tally, SecretID?) {
        try await database.transaction(.tenant(tenant)) { tx in
            let rows = try await tx.query(
                """
                SELECT \(unsafeRaw: StoredRecord.columns) FROM provider_keys
                WHERE tenant_id = \(tenant) AND kek_id <> \(rewrapper.kekID.text)
                    AND (\(last)::uuid IS NULL OR id > \(last))
                ORDER BY id LIMIT \(Self.keysPerTransaction) FOR UPDATE
                """)
            var tally = Tally()
            var events: [VaultAudit.Event] = []
            var moved: [SQL] = []
            for row in rows {
                let stored = try StoredRecord(row, tenant: tenant)
                let identity = stored.identity
                do {
                    let sealed = try rewrapper.rewrap(stored.sealed, as: identity)
                    moved.append(
                        "(\(identity.secretID), \(sealed.kekID.text), \(sealed.wrapped), \(sealed.signature))")
                    events.append(VaultAudit.Event(.rotate, identity, sealed, detail: stored.sealed.kekID.text))
                    tally.rotated += 1
                } catch let error as VaultError {
                    tally.refused.append(
                        Refusal(tenant: tenant, key: identity.secretID, reason: error.description))
                }
            }
            if !moved.isEmpty {
                try await tx.execute(
                    """
                    UPDATE provider_keys k SET kek_id = m.kek_id, wrapped = m.wrapped, signature = m.signature
                    FROM (VALUES \(moved.joined(separator: ", "))) m (id, kek_id, wrapped, signature)
                    WHERE k.tenant_id = \(tenant) AND k.id = m.id
                    """)
            }
            try await VaultAudit.append(
                events, cause: .command, by: rewrapper.auditSigner, tenant: tenant, in: tx)
            let end = rows.count < Self.keysPerTransaction ? nil : try rows.last?.get(0, as: SecretID.self)
            return (tally, end)
        }
    }
}

/// How many keys are sealed for which KEK, in all tenants together.
package enum KEKCounts {
    package static func read(in database: Database) async throws -> [(kek: String, keys: Int)] {
        try await database.read(.untenanted, "SELECT kek_id, keys FROM app.keys_by_kek()").map {
            (try $0.get(0), try $0.get(1))
        }
    }
}
