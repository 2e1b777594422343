internal import HTTPServer
internal import Kernel
internal import Postgres
internal import Vault

/// Finding a tenant's keys for whoever asks, and answering with them.
struct StoredKeys: Sendable {
    let database: Database

    func all(for reader: Principal) async throws -> [ProviderKeyView] {
        try await database.read(
            Scope(reader),
            """
            SELECT \(unsafeRaw: ProviderKeyView.columns) FROM provider_keys
            WHERE tenant_id = (SELECT app.tenant()) ORDER BY id
            """
        ).map(ProviderKeyView.init).filter { reader.sees(keyOf: $0.owner) }
    }

    /// The key that a request's path names.
    ///
    /// - Throws: 404 also when it is another member's own and not for this one to see.
    func named(in request: Request, for reader: Principal) async throws -> (id: SecretID, view: ProviderKeyView) {
        let id = try Self.id(in: request)
        let rows = try await database.read(
            Scope(reader),
            """
            SELECT \(unsafeRaw: ProviderKeyView.columns) FROM provider_keys
            WHERE tenant_id = (SELECT app.tenant()) AND id = \(id)
            """)
        guard let view = try rows.first.map(ProviderKeyView.init), reader.sees(keyOf: view.owner) else {
            throw Problem.notFound("key")
        }
        return (id, view)
    }

    private static func id(in request: Request) throws -> SecretID {
        guard let id = SecretID(try request.parameters.require("id")) else { throw Problem.notFound("key") }
        return id
    }
}

extension Response {
    static func key(_ view: ProviderKeyView, for reader: Principal, status: Int = 200) -> Response {
        .json(status: status) { json in view.write(for: reader, to: &json) }
    }
}
