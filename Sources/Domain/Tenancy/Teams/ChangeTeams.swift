internal import HTTPServer
internal import Kernel
internal import Postgres

extension TeamRoutes {
    private static let maximumTeams = 100
    static let gracePeriod = Duration.seconds(30 * 86_400)

    /// `POST /api/tenants` `{"name": "…"}`: a team, with whoever makes it as its owner.
    func create(_ request: Request) async throws -> Response {
        let asked = try await request.json()
        let name = try Self.name(in: asked)
        let team = TenantID.new()
        return try await request.answerOnce(asked, in: database) { principal, tx in
            // Everything that makes a team locks the maker's own tenant first, so together they cannot make too many.
            let personal = TenantID.personal(of: principal.user)
            _ = try await tx.acting(in: personal, for: principal) {
                try await tx.execute("SELECT 1 FROM tenants WHERE tenant_id = \(personal) FOR NO KEY UPDATE")
            }
            let owned = try await tx.query(
                "SELECT count(*) FROM memberships WHERE user_id = \(principal.user) AND role = 'owner'")
            guard try owned[0].get(0, as: Int.self) <= Self.maximumTeams else { throw Problem.tooManyTeams }
            return try await tx.acting(in: team, for: principal) {
                let rows = try await tx.query(
                    """
                    INSERT INTO tenants (tenant_id, kind, name) VALUES (\(team), 'team', \(name))
                    RETURNING \(unsafeRaw: Team.columns)
                    """)
                try await tx.execute(
                    "INSERT INTO memberships (tenant_id, user_id, role) VALUES (\(team), \(principal.user), 'owner')")
                try await request.record(.teamCreated, on: team.description, ["name": .string(name)], in: tx)
                var response = Response.team(try Team(rows[0]), role: .owner, status: 201)
                response.headers["location"] = "/api/tenants/\(team)"
                return response
            }
        }
    }

    /// `PATCH /api/tenants/{id}` `{"name": "…"}`.
    func rename(_ request: Request) async throws -> Response {
        let name = try Self.name(in: try await request.json())
        let principal = try await principal(in: request)
        try principal.require(.admin, to: "rename a team")
        let team = try await database.transaction(Scope(principal)) { tx in
            let old = try await tx.lockTeam()
            let rows = try await tx.query(
                """
                UPDATE tenants SET name = \(name) WHERE tenant_id = (SELECT app.tenant())
                RETURNING \(unsafeRaw: Team.columns)
                """)
            try await request.record(
                .teamRenamed, on: principal.tenant.description, ["from": .string(old.name), "to": .string(name)], in: tx
            )
            return try Team(rows[0])
        }
        return .team(team, role: principal.role)
    }

    /// `DELETE /api/tenants/{id}`: nobody gets in from now on, and work stops. For 30 days an owner can restore it; then a
    /// sweep takes everything away for good.
    func delete(_ request: Request) async throws -> Response {
        let principal = try await principal(in: request)
        try principal.require(.owner, to: "delete a team")
        let team = try await database.transaction(Scope(principal)) { tx in
            _ = try await tx.lockTeam()
            guard try await tx.role(of: principal.user) == .owner else { throw Problem.notFound("tenant") }
            let rows = try await tx.query(
                """
                UPDATE tenants SET deleted_at = now(), purge_after = now() + \(Self.gracePeriod)
                WHERE tenant_id = (SELECT app.tenant()) RETURNING \(unsafeRaw: Team.columns)
                """)
            try await hooks.teamDeleted(principal.tenant, tx)
            try await request.record(.teamDeleted, on: principal.tenant.description, in: tx)
            return try Team(rows[0])
        }
        return .team(team, role: principal.role)
    }

    /// `POST /api/tenants/{id}/restore` `{}`: as it was, but for what was under way: that is paused.
    func restore(_ request: Request) async throws -> Response {
        let asked = try await request.json()
        let fields = try JSONFields(asked)
        try fields.finish()
        let owner = try await principal(in: request)
        try owner.require(.owner, to: "restore a team")
        return try await request.answerOnce(asked, in: database) { principal, tx in
            try await tx.acting(in: owner.tenant, for: principal) {
                let team = try await tx.lockTeam(evenDeleted: true)
                // It may have been somebody else's in the meantime.
                guard try await tx.role(of: owner.user) == .owner else { throw Problem.notFound("tenant") }
                guard team.deleted != nil else { return .team(team, role: .owner) }
                let rows = try await tx.query(
                    """
                    UPDATE tenants SET deleted_at = NULL, purge_after = NULL
                    WHERE tenant_id = (SELECT app.tenant()) AND purge_after > now() RETURNING \(unsafeRaw: Team.columns)
                    """)
                guard let row = rows.first else { throw Problem.notFound("tenant") }
                try await request.record(.teamRestored, on: owner.tenant.description, in: tx)
                return .team(try Team(row), role: .owner)
            }
        }
    }

    private static func name(in asked: JSON) throws -> String {
        var fields = try JSONFields(asked)
        let name = try fields.line("name", length: 1...200)
        try fields.finish()
        return name
    }
}

extension Problem {
    fileprivate static let tooManyTeams = Problem(
        "too-many-teams", status: 409, title: "Too many teams",
        detail: "You own 100 teams, which is the most. Delete one, or make somebody else its owner and leave.")
}
