package import Kernel
package import Postgres
package import Vault

/// A member's own keys go when the member does; that they were there stays in the audit.
package enum MembersKeys {
    package static func remove(
        of member: UserID, in team: TenantID, by actor: UserID, signer: AuditSigner, _ tx: Transaction
    ) async throws {
        let rows = try await tx.query(
            "DELETE FROM provider_keys WHERE tenant_id = \(team) AND owner_id = \(member) RETURNING id, version")
        let events = try rows.map { VaultAudit.Event.deletion(of: try $0.get(0), version: try $0.get(1)) }
        try await VaultAudit.append(events, cause: .user(actor), by: signer, tenant: team, in: tx)
    }
}
