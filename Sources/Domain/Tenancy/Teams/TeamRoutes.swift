package import HTTPServer
internal import Kernel
package import Postgres

/// `/api/tenants` and `/api/members`: the tenants somebody belongs to, and who belongs to them; and leaving them all.
package struct TeamRoutes: Sendable {
    let database: Database
    let hooks: TeamHooks
    let seen: SeenUsers
    private let signIn: SignIn

    package init(database: Database, hooks: TeamHooks, seen: SeenUsers) {
        self.database = database
        self.hooks = hooks
        self.seen = seen
        signIn = SignIn(database: database)
    }

    package func register(on router: inout Router) {
        router.on(.get, "/api/tenants") { request in try await list(request) }
        router.on(.post, "/api/tenants") { request in try await create(request) }
        router.on(.get, "/api/tenants/{id}") { request in try await get(request) }
        router.on(.patch, "/api/tenants/{id}") { request in try await rename(request) }
        router.on(.delete, "/api/tenants/{id}") { request in try await delete(request) }
        router.on(.post, "/api/tenants/{id}/restore") { request in try await restore(request) }
        router.on(.get, "/api/members") { request in try await listMembers(request) }
        router.on(.patch, "/api/members/{user}") { request in try await changeRole(request) }
        router.on(.delete, "/api/members/{user}") { request in try await removeMember(request) }
        router.on(.delete, "/api/me") { request in try await deleteAccount(request) }
    }

    /// The caller in the tenant that the path names, whichever one the header selects.
    ///
    /// - Throws: 404 for whoever is no member, and for all but its owners when it is deleted.
    func principal(in request: Request) async throws -> Principal {
        let caller = try request.principal
        guard let id = TenantID(try request.parameters.require("id")) else { throw Problem.notFound("tenant") }
        if id == caller.tenant { return caller }
        // A token is for its own tenant alone.
        guard caller.token == nil, let role = try await signIn.role(of: caller.user, in: id, evenDeleted: true) else {
            throw Problem.notFound("tenant")
        }
        return Principal(user: caller.user, tenant: id, role: role)
    }

    /// `GET /api/tenants`: those the caller belongs to, and the deleted ones that they can restore. A token sees its own.
    private func list(_ request: Request) async throws -> Response {
        let principal = try request.principal
        let rows = try await database.read(
            Scope(principal),
            """
            SELECT t.tenant_id, t.kind, t.name, t.created_at, t.deleted_at, t.purge_after, m.role
            FROM memberships m JOIN tenants t USING (tenant_id)
            WHERE m.user_id = \(principal.user) AND (t.deleted_at IS NULL OR (m.role = 'owner' AND t.purge_after > now()))
                AND (\(principal.token == nil) OR m.tenant_id = (SELECT app.tenant()))
            ORDER BY t.kind, t.created_at, m.tenant_id
            """)
        let teams = try rows.map { (team: try Team($0), role: Role(rawValue: try $0.get(6)) ?? .viewer) }
        return .items(teams) { item, json in item.team.write(role: item.role, to: &json) }
    }

    private func get(_ request: Request) async throws -> Response {
        let principal = try await principal(in: request)
        let rows = try await database.read(
            Scope(principal), "SELECT \(unsafeRaw: Team.columns) FROM tenants WHERE tenant_id = (SELECT app.tenant())")
        guard let team = try rows.first.map(Team.init) else { throw Problem.notFound("tenant") }
        return .team(team, role: principal.role)
    }
}
