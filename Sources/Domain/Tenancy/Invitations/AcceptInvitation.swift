internal import HTTPServer
internal import Kernel
internal import Postgres

extension InvitationRoutes {
    /// `POST /api/invitations/accept` `{"token": "swi_…"}`: whoever has signed in and holds the link joins the team.
    func accept(_ request: Request) async throws -> Response {
        let asked = try await request.json()
        var fields = try JSONFields(asked)
        let token = try fields.text("token", length: 1...500)
        try fields.finish()
        guard let link = InvitationLink(token: token, signer: signer) else {
            throw Problem.invalidField("/token", "This is not an invitation of ours. Copy the whole link again.")
        }
        return try await request.answerOnce(asked, in: database) { principal, tx in
            let profile = try await tx.acting(in: .personal(of: principal.user), for: principal) {
                try await tx.query("SELECT email, email_verified FROM profiles WHERE tenant_id = (SELECT app.tenant())")
            }
            guard let profile = profile.first else { throw Problem.notFound("profile") }
            let address = try profile.get(1) ? try profile.get(0, as: String?.self) : nil
            return try await tx.acting(in: link.tenant, for: principal) {
                try await join(link.id, as: principal, verified: address, request, in: tx)
            }
        }
    }

    private func join(
        _ id: InvitationID, as principal: Principal, verified address: String?, _ request: Request, in tx: Transaction
    ) async throws -> Response {
        let team: Team
        do {
            team = try await tx.lockTeam()
        } catch let problem as Problem where problem.status == 404 {
            throw Problem.invitationOver
        }
        let rows = try await tx.query(
            """
            SELECT role, email, accepted_at IS NULL AND expires_at > now() FROM invitations
            WHERE tenant_id = (SELECT app.tenant()) AND id = \(id) FOR UPDATE
            """)
        guard let row = rows.first, try row.get(2), let role = Role(rawValue: try row.get(0)) else {
            throw Problem.invitationOver
        }
        if let wanted = try row.get(1, as: String?.self), wanted.lowercased() != address?.lowercased() {
            throw Problem.invitationForAnother
        }
        // Whoever is there already keeps their role, and the invitation stays good for whom it was meant for.
        guard try await tx.role(of: principal.user) == nil else { throw Problem.alreadyMember }
        try await tx.execute(
            """
            INSERT INTO memberships (tenant_id, user_id, role)
            VALUES ((SELECT app.tenant()), \(principal.user), \(role.rawValue))
            """)
        try await tx.execute(
            """
            UPDATE invitations SET accepted_by = \(principal.user), accepted_at = now()
            WHERE tenant_id = (SELECT app.tenant()) AND id = \(id)
            """)
        try await request.record(
            .memberJoined, on: principal.user.description,
            ["invitation": .string(id.description), "role": .string(role.rawValue)], in: tx)
        return .team(team, role: role)
    }
}

extension Problem {
    fileprivate static let invitationOver = Problem(
        "invitation-over", status: 410, title: "This invitation is over",
        detail: "It was accepted, revoked or has expired. Ask whoever sent it for another.")

    fileprivate static let invitationForAnother = Problem(
        "invitation-for-another", status: 403, title: "This invitation is for somebody else",
        detail: "It is for whoever has verified another address with their identity provider. Sign in with the address "
            + "that it was sent to.")

    fileprivate static let alreadyMember = Problem(
        "already-member", status: 409, title: "You are a member already",
        detail: "You belong to this team already. Leave the invitation to whom it is for.")
}
