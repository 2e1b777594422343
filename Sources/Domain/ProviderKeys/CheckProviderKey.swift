internal import HTTPServer
internal import Kernel
internal import Postgres
internal import Vault

/// `POST /api/settings/keys/{id}/verify`: has a worker ask the provider about the key once more.
struct CheckProviderKey: Sendable {
    let database: Database
    let keys: StoredKeys

    func callAsFunction(_ request: Request) async throws -> Response {
        let principal = try request.principal
        let tenant = principal.tenant
        let (id, view) = try await keys.named(in: request, for: principal)
        try principal.requireChange(of: view.owner, to: "have a model key checked")
        let rows = try await database.transaction(Scope(principal)) { tx in
            let rows = try await tx.query(
                """
                UPDATE provider_keys SET verification = 'pending', verification_note = NULL
                WHERE tenant_id = \(tenant) AND id = \(id) RETURNING \(unsafeRaw: ProviderKeyView.columns)
                """)
            guard let row = rows.first else { throw Problem.notFound("key") }
            let version = try ProviderKeyView(row).version
            if try await !KeyCheckJob.isQueued(id, version: version, tenant: tenant, in: tx) {
                try await KeyCheckJob.enqueue(id, version: version, tenant: tenant, in: tx)
            }
            return rows
        }
        return .key(try ProviderKeyView(rows[0]), for: principal, status: 202)
    }
}
