package import HTTPServer
package import Kernel
package import ModelGateway
package import Postgres
internal import Tenancy
package import Vault

/// What a new key sets going again, in the transaction that stores it.
package typealias KeyArrived = @Sendable (TenantID, Transaction) async throws -> Void

/// `/api/settings/keys`: a tenant's own keys for model providers.
package struct ProviderKeyRoutes: Sendable {
    private let database: Database
    private let add: AddProviderKey
    private let signer: AuditSigner

    /// - Parameter providers: where each is reached; a key is sealed for that origin and no other.
    package init(
        database: Database, sealer: Sealer, providers: ProviderDirectory, keyArrived: @escaping KeyArrived
    ) {
        self.database = database
        signer = sealer.auditSigner
        self.add = AddProviderKey(
            database: database, sealer: sealer, providers: providers, keyArrived: keyArrived)
    }

    package func register(on router: inout Router) {
        router.on(.get, "/api/settings/keys") { request in try await list(request) }
        router.on(.post, "/api/settings/keys") { request in try await add(request) }
        router.on(.delete, "/api/settings/keys/{id}") { request in try await delete(request) }
    }

    private func list(_ request: Request) async throws -> Response {
        let principal = try request.principal
        let rows = try await database.read(
            Scope(principal),
            """
            SELECT \(unsafeRaw: ProviderKeyView.columns) FROM provider_keys
            WHERE tenant_id = (SELECT app.tenant()) ORDER BY id
            """)
        let keys = try rows.map(ProviderKeyView.init)
        return .items(keys)
    }

    private func delete(_ request: Request) async throws -> Response {
        let principal = try request.principal
        try principal.require(.admin, to: "remove a model key")
        guard let id = ID<SecretSubject>(try request.parameters.require("id")) else { throw Problem.notFound("key") }
        try await database.transaction(Scope(principal)) { tx in
            let rows = try await tx.query(
                "DELETE FROM provider_keys WHERE tenant_id = \(principal.tenant) AND id = \(id) RETURNING version")
            guard let row = rows.first else { throw Problem.notFound("key") }
            try await VaultAudit.append(
                [.deletion(of: id, version: try row.get(0))], cause: .user(principal.user), by: signer,
                tenant: principal.tenant, in: tx)
        }
        return .noContent
    }
}
