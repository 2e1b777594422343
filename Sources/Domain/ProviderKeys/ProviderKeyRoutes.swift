package import HTTPServer
package import Kernel
package import ModelGateway
package import Postgres
package import Vault

/// What a new key sets going again, in the transaction that stores it.
package typealias KeyArrived = @Sendable (TenantID, Transaction) async throws -> Void

/// `/api/settings/keys`: a tenant's own keys for model providers.
package struct ProviderKeyRoutes: Sendable {
    private let keys: StoredKeys
    private let add: AddProviderKey
    private let change: ChangeProviderKey
    private let replace: ReplaceProviderKey
    private let check: CheckProviderKey
    private let remove: RemoveProviderKey

    /// - Parameter providers: where each is reached; a key is sealed for that origin and no other.
    package init(
        database: Database, sealer: Sealer, providers: ProviderDirectory, keyArrived: @escaping KeyArrived
    ) {
        let keys = StoredKeys(database: database)
        self.keys = keys
        add = AddProviderKey(database: database, sealer: sealer, providers: providers, keyArrived: keyArrived)
        change = ChangeProviderKey(database: database, keys: keys)
        replace = ReplaceProviderKey(
            database: database, sealer: sealer, providers: providers, keys: keys, keyArrived: keyArrived)
        check = CheckProviderKey(database: database, keys: keys)
        remove = RemoveProviderKey(database: database, signer: sealer.auditSigner, keys: keys)
    }

    package func register(on router: inout Router) {
        router.on(.get, "/api/settings/keys") { request in try await list(request) }
        router.on(.post, "/api/settings/keys") { request in try await add(request) }
        router.on(.get, "/api/settings/keys/{id}") { request in try await get(request) }
        router.on(.patch, "/api/settings/keys/{id}") { request in try await change(request) }
        router.on(.put, "/api/settings/keys/{id}") { request in try await replace(request) }
        router.on(.delete, "/api/settings/keys/{id}") { request in try await remove(request) }
        router.on(.post, "/api/settings/keys/{id}/verify") { request in try await check(request) }
    }

    private func list(_ request: Request) async throws -> Response {
        let principal = try request.principal
        return .items(try await keys.all(for: principal)) { view, json in view.write(for: principal, to: &json) }
    }

    private func get(_ request: Request) async throws -> Response {
        let principal = try request.principal
        return .key(try await keys.named(in: request, for: principal).view, for: principal)
    }
}
