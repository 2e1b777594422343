internal import HTTPServer
internal import Kernel
internal import Postgres

extension TeamRoutes {
    /// `GET /api/members`: everybody in the selected tenant. Addresses are for admins, and one's own.
    func listMembers(_ request: Request) async throws -> Response {
        let principal = try request.principal
        let rows = try await database.read(
            Scope(principal),
            """
            SELECT m.user_id, m.role, m.created_at, p.name,
                CASE WHEN \(principal.role >= .admin) OR m.user_id = \(principal.user) THEN p.email END
            FROM memberships m LEFT JOIN profiles p ON p.tenant_id = m.user_id
            WHERE m.tenant_id = (SELECT app.tenant()) ORDER BY m.created_at, m.user_id
            """)
        return .items(try rows.map(Member.init))
    }

    /// `PATCH /api/members/{user}` `{"role": "builder"}`. Nobody gives or takes a role above their own.
    func changeRole(_ request: Request) async throws -> Response {
        var fields = try JSONFields(try await request.json())
        let name = try fields.text("role", length: 1...20)
        try fields.finish()
        guard let role = Role(rawValue: name) else { throw Problem.unknownRole }
        let principal = try request.principal
        try principal.require(.admin, to: "change a member's role")
        let user = try request.member
        let member = try await database.transaction(Scope(principal)) { tx in
            let current = try await Self.find(user, in: tx)
            _ = try await tx.lockTeam()
            let caller = try await Self.caller(principal, in: tx)
            guard let old = try await tx.role(of: user) else { throw Problem.notFound("member") }
            try caller.require(max(old, role, .admin), to: "change the role of an owner, or make one")
            guard old != role else { return current }
            if old == .owner { try await tx.requireAnotherOwner(than: user) }
            try await tx.execute(
                """
                UPDATE memberships SET role = \(role.rawValue)
                WHERE tenant_id = (SELECT app.tenant()) AND user_id = \(user)
                """)
            try await request.record(
                .memberRoleChanged, on: user.description,
                ["from": .string(old.rawValue), "to": .string(role.rawValue)], in: tx)
            return try await Self.find(user, in: tx)
        }
        return .json(member)
    }

    /// `DELETE /api/members/{user}`: an admin removes somebody, or somebody leaves. Their API tokens and model keys for this
    /// team go with them; what they made stays.
    func removeMember(_ request: Request) async throws -> Response {
        let principal = try request.principal
        let user = try request.member
        try await database.transaction(Scope(principal)) { tx in
            _ = try await Self.find(user, in: tx)
            _ = try await tx.lockTeam()
            let caller = try await Self.caller(principal, in: tx)
            guard let role = try await tx.role(of: user) else { throw Problem.notFound("member") }
            if user != principal.user { try caller.require(max(.admin, role), to: "remove this member") }
            if role == .owner { try await tx.requireAnotherOwner(than: user) }
            try await hooks.memberGone(user, principal.tenant, principal.user, tx)
            try await tx.execute(
                "DELETE FROM memberships WHERE tenant_id = (SELECT app.tenant()) AND user_id = \(user)")
            try await request.record(
                user == principal.user ? .memberLeft : .memberRemoved, on: user.description,
                ["role": .string(role.rawValue)], in: tx)
        }
        return .noContent
    }

    /// The caller as they stand under the team's lock: their role may have changed while it was waited for.
    private static func caller(_ principal: Principal, in tx: Transaction) async throws -> Principal {
        guard let role = try await tx.role(of: principal.user) else { throw Problem.notFound("tenant") }
        return Principal(user: principal.user, tenant: principal.tenant, role: role, token: principal.token)
    }

    private static func find(_ user: UserID, in tx: Transaction) async throws -> Member {
        let rows = try await tx.query(
            """
            SELECT m.user_id, m.role, m.created_at, p.name, p.email
            FROM memberships m LEFT JOIN profiles p ON p.tenant_id = m.user_id
            WHERE m.tenant_id = (SELECT app.tenant()) AND m.user_id = \(user)
            """)
        guard let row = rows.first else { throw Problem.notFound("member") }
        return try Member(row)
    }
}

/// Somebody in a tenant.
private struct Member: JSONWritable, Sendable {
    let user: UserID
    let role: String
    let since: Timestamp
    let name: String?
    let email: String?

    init(_ row: Row) throws {
        user = try row.get(0)
        role = try row.get(1)
        since = try row.get(2)
        name = try row.get(3)
        email = try row.get(4)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("user_id")
            json.string(user.description)
            json.key("role")
            json.string(role)
            json.key("name")
            json.string(name)
            json.key("email")
            json.string(email)
            json.key("since")
            json.string(since.description)
        }
    }
}

extension Request {
    fileprivate var member: UserID {
        get throws {
            guard let user = UserID(try parameters.require("user")) else { throw Problem.notFound("member") }
            return user
        }
    }
}

extension Problem {
    static let unknownRole = Problem.invalidField(
        "/role", "\"role\" must be one of: \(Role.allCases.map(\.rawValue).joined(separator: ", ")).")
}
