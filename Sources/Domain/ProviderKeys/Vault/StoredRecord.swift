internal import Kernel
internal import Postgres
internal import Vault

/// A sealed key as its row has it.
struct StoredRecord: Sendable {
    static let columns = "id, version, provider, origin, kek_id, alg, nonce, ciphertext, wrapped, signature"

    /// How many columns that are.
    static let count = 10

    let identity: SecretIdentity
    let sealed: SealedSecret

    init(_ row: Row, tenant: TenantID) throws {
        identity = SecretIdentity(
            tenant: tenant, secretID: try row.get(0), version: try row.get(1), provider: try row.get(2),
            origin: try row.get(3))
        guard let kekID = KEKID(try row.get(4, as: String.self)) else { throw UnreadableKey() }
        sealed = SealedSecret(
            kekID: kekID, alg: try row.get(5), nonce: try row.get(6), ciphertext: try row.get(7),
            wrapped: try row.get(8), signature: try row.get(9), version: identity.version)
    }
}
