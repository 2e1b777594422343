internal import HTTPServer
internal import Kernel
internal import Postgres

extension InvitationRoutes {
    private static let maximumOpen = 200

    /// `POST /api/invitations` `{"role": "builder", "email"?: "…", "expires_in_days"?: 7}`. The link is in the answer; bring it
    /// to whom it is for. It is made anew from what is stored whenever it is told, so the answer that is kept for an
    /// Idempotency-Key is without it.
    func create(_ request: Request) async throws -> Response {
        let asked = try await request.json()
        var fields = try JSONFields(asked)
        let name = try fields.text("role", length: 1...20)
        let email = try fields.optionalLine("email", length: 3...320)
        let days = fields.take("expires_in_days") ?? 7
        try fields.finish()
        guard let role = Role(rawValue: name) else { throw Problem.unknownRole }
        guard let days = days.integer, (1...30).contains(days) else {
            throw Problem.invalidField("/expires_in_days", "\"expires_in_days\" must be a whole number from 1 to 30.")
        }
        if let email, !email.dropFirst().dropLast().contains("@") {
            throw Problem.invalidField("/email", "\"email\" must be an address, such as ada@example.com.")
        }
        let caller = try request.principal
        try caller.require(max(.admin, role), to: "invite a member\(role == .owner ? " as owner" : "")")
        let id = InvitationID.new()
        var response = try await request.answerOnce(asked, in: database) { principal, tx in
            _ = try await tx.lockTeam()
            let open = try await tx.query(
                """
                SELECT count(*) FROM invitations
                WHERE tenant_id = (SELECT app.tenant()) AND accepted_at IS NULL AND expires_at > now()
                """)
            guard try open[0].get(0, as: Int.self) < Self.maximumOpen else { throw Problem.tooManyInvitations }
            let rows = try await tx.query(
                """
                INSERT INTO invitations (tenant_id, id, role, email, created_by, expires_at)
                VALUES (\(principal.tenant), \(id), \(role.rawValue), \(email), \(principal.user),
                    now() + \(Duration.seconds(days * 86_400)))
                RETURNING \(unsafeRaw: Invitation.columns)
                """)
            try await request.record(
                .invitationCreated, on: id.description,
                ["role": .string(role.rawValue), "email": email.map { .string($0) } ?? .null], in: tx)
            return .json(status: 201, try Invitation(rows[0]).object)
        }
        response.body = .bytes(try withLink(response.body, in: caller.tenant))
        return response
    }

    private func withLink(_ body: Response.Body, in tenant: TenantID) throws -> [UInt8] {
        guard case .bytes(let bytes) = body, var object = try JSON(parsing: bytes).object,
            let id = object["id"]?.string.flatMap({ InvitationID($0) })
        else { throw Problem.internal }
        let token = InvitationLink(tenant: tenant, id: id).token(by: signer)
        object["token"] = .string(token)
        // Behind the #, where it reaches no server's log.
        let link: JSON = if let page { .string("\(page)#\(token)") } else { .null }
        object["link"] = link
        return JSON.object(object).bytes
    }
}

extension Problem {
    fileprivate static let tooManyInvitations = Problem(
        "too-many-invitations", status: 409, title: "Too many open invitations",
        detail: "200 invitations to this team are open, which is the most. Revoke one: DELETE /api/invitations/{id}.")
}
