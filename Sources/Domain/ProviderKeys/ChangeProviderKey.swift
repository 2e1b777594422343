internal import HTTPServer
internal import Kernel
internal import Postgres
internal import Tenancy

/// `PATCH /api/settings/keys/{id}`: another label, or the first place among the provider's keys.
struct ChangeProviderKey: Sendable {
    let database: Database
    let keys: StoredKeys

    func callAsFunction(_ request: Request) async throws -> Response {
        let principal = try request.principal
        let tenant = principal.tenant
        var fields = try JSONFields(try await request.json(limit: 16_384))
        let label = try fields.optionalLine("label", length: 1...100)
        let isDefault = try fields.optionalBool("default")
        try fields.finish()
        let (id, view) = try await keys.named(in: request, for: principal)
        try principal.requireChange(of: view.owner, to: "change a model key")
        let rows = try await database.transaction(Scope(principal)) { tx in
            try await KeyRing.lock(tenant: tenant, in: tx)
            if isDefault == true {
                try await DefaultKey.clear(view.provider, owner: view.owner, tenant: tenant, in: tx)
            }
            let rows = try await tx.query(
                """
                UPDATE provider_keys
                SET label = coalesce(\(label), label), is_default = coalesce(\(isDefault), is_default)
                WHERE tenant_id = \(tenant) AND id = \(id) RETURNING \(unsafeRaw: ProviderKeyView.columns)
                """)
            try await request.record(.keyChanged, on: id.description, in: tx)
            return rows
        }
        guard let row = rows.first else { throw Problem.notFound("key") }
        return .key(try ProviderKeyView(row), for: principal)
    }
}
