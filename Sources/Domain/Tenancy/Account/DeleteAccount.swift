internal import HTTPServer
internal import Kernel
internal import Postgres

extension TeamRoutes {
    /// `DELETE /api/me`: the person leaves every team, and everything of their own goes in this one transaction; objects in
    /// the store follow by a job. There is no way back. Teams in which they were alone go too.
    func deleteAccount(_ request: Request) async throws -> Response {
        let caller = try request.principal
        let user = caller.user
        let personal = TenantID.personal(of: user)
        let principal = Principal(user: user, tenant: personal, role: .owner)
        try await database.transaction(Scope(principal)) { tx in
            let rows = try await tx.query(
                """
                SELECT tenant_id FROM memberships WHERE user_id = \(user) AND tenant_id <> \(personal) ORDER BY tenant_id
                """)
            var stranded: [Team] = []
            for row in rows {
                let team: TenantID = try row.get(0)
                let left = try await tx.acting(in: team, for: principal) {
                    try await leave(team, principal, request, in: tx)
                }
                if let left { stranded.append(left) }
            }
            guard stranded.isEmpty else { throw Problem.lastOwner(of: stranded) }
            try await tx.execute(
                "UPDATE tenants SET deleted_at = now(), purge_after = now() WHERE tenant_id = \(personal)")
            try await TenantPurge.run(personal, in: tx, then: hooks.purged)
            _ = try await tx.query("SELECT pg_notify(\(SeenUsers.channel), \(user.description))")
        }
        seen.forget(user)
        return .noContent
    }

    /// - Returns: the team, when others would be left in it without an owner.
    private func leave(
        _ team: TenantID, _ principal: Principal, _ request: Request, in tx: Transaction
    ) async throws -> Team? {
        let known = try await tx.lockTeam(evenDeleted: true)
        let rows = try await tx.query(
            """
            SELECT count(*) FILTER (WHERE user_id <> \(principal.user)),
                count(*) FILTER (WHERE user_id <> \(principal.user) AND role = 'owner')
            FROM memberships WHERE tenant_id = (SELECT app.tenant())
            """)
        let (others, otherOwners) = (try rows[0].get(0, as: Int.self), try rows[0].get(1, as: Int.self))
        if others > 0, otherOwners == 0, known.deleted == nil, try await tx.role(of: principal.user) == .owner {
            return known
        }
        if others == 0 {
            // A sweep takes it away: it may be large, and this transaction is the person's.
            try await tx.execute(
                """
                UPDATE tenants SET deleted_at = coalesce(deleted_at, now()), purge_after = now()
                WHERE tenant_id = (SELECT app.tenant())
                """)
            try await hooks.teamDeleted(team, tx)
        }
        try await hooks.memberGone(principal.user, team, principal.user, tx)
        try await tx.execute(
            "DELETE FROM memberships WHERE tenant_id = (SELECT app.tenant()) AND user_id = \(principal.user)")
        try await request.record(.memberLeft, on: principal.user.description, ["account": "deleted"], in: tx)
        return nil
    }

}

extension Problem {
    fileprivate static func lastOwner(of teams: [Team]) -> Problem {
        let names = teams.map { "\"\($0.name)\"" }.joined(separator: ", ")
        return Problem(
            "last-owner", status: 409, title: "The team needs an owner",
            detail: "You are the only owner of \(names), which others belong to. Make somebody else owner there "
                + "(PATCH /api/members/{user}), or delete the team, and then delete your account.",
            extensions: ["teams": .array(teams.map { .string($0.id.description) })])
    }
}
