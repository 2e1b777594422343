package import HTTPServer
internal import Kernel
package import Postgres

/// `/api/tokens`: tokens for programs, each for one tenant and no more than its maker may do there.
package struct APITokenRoutes: Sendable {
    let database: Database

    package init(database: Database) { self.database = database }

    package func register(on router: inout Router) {
        router.on(.get, "/api/tokens") { request in try await list(request) }
        router.on(.post, "/api/tokens") { request in try await create(request) }
        router.on(.delete, "/api/tokens/{id}") { request in try await revoke(request) }
    }

    /// `GET /api/tokens`: one's own; admins see everybody's, since they can revoke them.
    private func list(_ request: Request) async throws -> Response {
        let principal = try request.principal
        let rows = try await database.read(
            Scope(principal),
            """
            SELECT \(unsafeRaw: APITokenView.columns) FROM api_tokens
            WHERE tenant_id = (SELECT app.tenant()) AND (user_id = \(principal.user) OR \(principal.role >= .admin))
            ORDER BY id
            """)
        return .items(try rows.map { try APITokenView($0).object }) { $1.value(.object($0)) }
    }

    /// `DELETE /api/tokens/{id}`: good for nothing from the next request on, and with it the tokens that it has made.
    private func revoke(_ request: Request) async throws -> Response {
        let principal = try request.principal
        guard let id = APITokenID(try request.parameters.require("id")) else { throw Problem.notFound("token") }
        try await database.transaction(Scope(principal)) { tx in
            let gone = try await tx.query(
                """
                DELETE FROM api_tokens WHERE tenant_id = (SELECT app.tenant()) AND id = \(id)
                    AND (user_id = \(principal.user) OR \(principal.role >= .admin))
                RETURNING name
                """)
            guard let row = gone.first else { throw Problem.notFound("token") }
            try await request.record(
                .tokenRevoked, on: id.description, ["name": .string(try row.get(0))], in: tx)
        }
        return .noContent
    }
}
