internal import HTTPServer
internal import Kernel
internal import Postgres

/// A tenant as those who belong to it see it.
struct Team {
    let id: TenantID
    let kind: String
    let name: String
    let created: Timestamp
    let deleted: Timestamp?
    let purge: Timestamp?

    static let columns = "tenant_id, kind, name, created_at, deleted_at, purge_after"

    init(_ row: Row) throws {
        id = try row.get(0)
        kind = try row.get(1)
        name = try row.get(2)
        created = try row.get(3)
        deleted = try row.get(4)
        purge = try row.get(5)
    }

    func write(role: Role, to json: inout JSONWriter) {
        json.object { json in
            json.key("id")
            json.string(id.description)
            json.key("role")
            json.string(role.rawValue)
            json.key("name")
            json.string(name)
            json.key("kind")
            json.string(kind)
            json.key("created_at")
            json.string(created.description)
            json.key("deleted_at")
            json.string(deleted?.description)
            json.key("purge_after")
            json.string(purge?.description)
        }
    }
}

extension Response {
    static func team(_ team: Team, role: Role, status: Int = 200) -> Response {
        .json(status: status) { json in team.write(role: role, to: &json) }
    }
}

extension Transaction {
    /// Does `body` in another tenant and comes back. An error in it must be the transaction's end.
    func acting<Result>(
        in tenant: TenantID, for principal: Principal, _ body: () async throws -> Result
    ) async throws -> Result {
        try await setTenant(tenant, user: principal.user)
        let result = try await body()
        try await setTenant(principal.tenant, user: principal.user)
        return result
    }

    /// The team that the transaction acts in. From here on its members and their roles change for nobody else, so whoever
    /// decides by them takes this lock first.
    ///
    /// - Throws: 409 for a personal tenant, 404 for one that is deleted, unless that is wanted.
    func lockTeam(evenDeleted: Bool = false) async throws -> Team {
        let rows = try await query(
            """
            SELECT \(unsafeRaw: Team.columns) FROM tenants WHERE tenant_id = (SELECT app.tenant()) FOR NO KEY UPDATE
            """)
        guard let team = try rows.first.map(Team.init) else { throw Problem.notFound("team") }
        guard team.kind == "team" else { throw Problem.personalTenant }
        guard evenDeleted || team.deleted == nil else { throw Problem.notFound("team") }
        return team
    }

    func role(of user: UserID) async throws -> Role? {
        let rows = try await query(
            "SELECT role FROM memberships WHERE tenant_id = (SELECT app.tenant()) AND user_id = \(user)")
        return try rows.first.flatMap { Role(rawValue: try $0.get(0, as: String.self)) }
    }

    /// Refuses what would leave the locked team without an owner.
    func requireAnotherOwner(than user: UserID) async throws {
        let rows = try await query(
            """
            SELECT count(*) FROM memberships
            WHERE tenant_id = (SELECT app.tenant()) AND role = 'owner' AND user_id <> \(user)
            """)
        guard try rows[0].get(0, as: Int.self) > 0 else { throw Problem.lastOwner }
    }
}

extension Problem {
    static let personalTenant = Problem(
        "personal-tenant", status: 409, title: "This is a personal tenant",
        detail: "It is one person's own and has no other members. Make a team (POST /api/tenants) and select it with "
            + "Specwright-Tenant.")

    static let lastOwner = Problem(
        "last-owner", status: 409, title: "The team needs an owner",
        detail: "This would leave the team without an owner. Make another member owner first, or delete the team.")
}
