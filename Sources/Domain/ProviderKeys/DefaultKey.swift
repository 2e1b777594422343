internal import Kernel
internal import Postgres

/// Which of several keys for a provider goes first.
enum DefaultKey {
    /// No key of this owner is the provider's default any more. The caller holds `KeyRing.lock`.
    static func clear(_ provider: String, owner: UserID?, tenant: TenantID, in tx: Transaction) async throws {
        try await tx.execute(
            """
            UPDATE provider_keys SET is_default = false
            WHERE tenant_id = \(tenant) AND provider = \(provider) AND owner_id IS NOT DISTINCT FROM \(owner)
                AND is_default
            """)
    }
}
