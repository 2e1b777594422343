package import HTTPServer
internal import Kernel
package import Postgres

/// `GET /api/me`.
package struct TenancyRoutes: Sendable {
    private let database: Database

    package init(database: Database) { self.database = database }

    package func register(on router: inout Router) {
        router.on(.get, "/api/me") { request in try await whoAmI(request) }
    }

    private func whoAmI(_ request: Request) async throws -> Response {
        let principal = try request.principal
        let personal = Scope.tenant(.personal(of: principal.user), user: principal.user)
        let rows = try await database.read(
            personal,
            """
            SELECT issuer, subject, email, name, created_at FROM profiles
            WHERE tenant_id = (SELECT app.tenant())
            """)
        guard let row = rows.first else { throw Problem.notFound("profile") }
        let issuer = try row.get(0, as: String.self)
        let subject = try row.get(1, as: String.self)
        let email = try row.get(2, as: String?.self)
        let name = try row.get(3, as: String?.self)
        let created = try row.get(4, as: Timestamp.self)
        return .json { json in
            json.object { json in
                json.key("user_id")
                json.string(principal.user.description)
                json.key("issuer")
                json.string(issuer)
                json.key("subject")
                json.string(subject)
                json.key("email")
                json.string(email)
                json.key("name")
                json.string(name)
                json.key("created_at")
                json.string(created.description)
                json.key("tenant")
                json.object { json in
                    json.key("id")
                    json.string(principal.tenant.description)
                    json.key("role")
                    json.string(principal.role.rawValue)
                }
            }
        }
    }
}
