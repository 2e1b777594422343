internal import HTTPServer
internal import Kernel
internal import Postgres
internal import Tenancy
internal import Vault

/// `DELETE /api/settings/keys/{id}`: the record is gone; that it was there stays in the audit.
struct RemoveProviderKey: Sendable {
    let database: Database
    let signer: AuditSigner
    let keys: StoredKeys

    func callAsFunction(_ request: Request) async throws -> Response {
        let principal = try request.principal
        let tenant = principal.tenant
        let (id, view) = try await keys.named(in: request, for: principal)
        try principal.requireRemoval(of: view.owner)
        try await database.transaction(Scope(principal)) { tx in
            let rows = try await tx.query(
                "DELETE FROM provider_keys WHERE tenant_id = \(tenant) AND id = \(id) RETURNING version")
            guard let row = rows.first else { throw Problem.notFound("key") }
            try await VaultAudit.append(
                [.deletion(of: id, version: try row.get(0))], cause: .user(principal.user), by: signer, tenant: tenant,
                in: tx)
            try await request.record(.keyRemoved, on: id.description, in: tx)
        }
        return .noContent
    }
}
