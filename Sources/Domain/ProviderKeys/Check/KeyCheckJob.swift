internal import Jobs
internal import Kernel
internal import Postgres
internal import Vault

/// A check of a key with its provider, by a worker: the API can neither open a key nor reach a provider.
package enum KeyCheckJob {
    package static let kind = "verify_key"

    static func enqueue(_ key: SecretID, version: Int, tenant: TenantID, in tx: Transaction) async throws {
        try await Jobs.enqueue(
            NewJob(kind: kind, payload: ["key_id": .string(key.description), "version": .integer(Int64(version))]),
            in: tx, tenant: tenant)
    }

    static func isQueued(_ key: SecretID, version: Int, tenant: TenantID, in tx: Transaction) async throws -> Bool {
        let rows = try await tx.query(
            """
            SELECT 1 FROM jobs WHERE tenant_id = \(tenant) AND kind = \(kind)
                AND payload = \(["key_id": .string(key.description), "version": .integer(Int64(version))] as JSON) LIMIT 1
            """)
        return !rows.isEmpty
    }

    static func subject(of lease: Lease) -> (key: SecretID, version: Int)? {
        guard let key = lease.payload["key_id"]?.string.flatMap({ SecretID($0) }),
            let version = lease.payload["version"]?.integer
        else { return nil }
        return (key, Int(version))
    }
}
