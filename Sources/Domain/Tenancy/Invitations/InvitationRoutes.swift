package import HTTPServer
internal import Kernel
package import Postgres
package import Vault

/// `/api/invitations`: links that let somebody join the selected team, once.
package struct InvitationRoutes: Sendable {
    let database: Database
    let signer: LinkSigner
    /// Where an application of the operator's takes invitations; the token comes behind a `#`.
    let page: String?

    package init(database: Database, signer: LinkSigner, page: String?) {
        self.database = database
        self.signer = signer
        self.page = page
    }

    package func register(on router: inout Router) {
        router.on(.get, "/api/invitations") { request in try await list(request) }
        router.on(.post, "/api/invitations") { request in try await create(request) }
        router.on(.delete, "/api/invitations/{id}") { request in try await revoke(request) }
        router.on(.post, "/api/invitations/accept") { request in try await accept(request) }
    }

    /// `GET /api/invitations`: those that can still be accepted.
    private func list(_ request: Request) async throws -> Response {
        let principal = try request.principal
        try principal.require(.admin, to: "see the invitations")
        let rows = try await database.read(
            Scope(principal),
            """
            SELECT \(unsafeRaw: Invitation.columns) FROM invitations
            WHERE tenant_id = (SELECT app.tenant()) AND accepted_at IS NULL AND expires_at > now() ORDER BY id
            """)
        return .items(try rows.map { try Invitation($0).object }) { $1.value($0) }
    }

    /// `DELETE /api/invitations/{id}`: the link is good for nothing from now on.
    private func revoke(_ request: Request) async throws -> Response {
        let principal = try request.principal
        try principal.require(.admin, to: "revoke an invitation")
        guard let id = InvitationID(try request.parameters.require("id")) else { throw Problem.notFound("invitation") }
        try await database.transaction(Scope(principal)) { tx in
            let gone = try await tx.execute(
                """
                DELETE FROM invitations
                WHERE tenant_id = (SELECT app.tenant()) AND id = \(id) AND accepted_at IS NULL
                """)
            guard gone == 1 else { throw Problem.notFound("invitation") }
            try await request.record(.invitationRevoked, on: id.description, in: tx)
        }
        return .noContent
    }
}

/// An invitation, without its link.
struct Invitation {
    let id: InvitationID
    let role: String
    let email: String?
    let createdBy: UserID
    let created: Timestamp
    let expires: Timestamp

    static let columns = "id, role, email, created_by, created_at, expires_at"

    init(_ row: Row) throws {
        id = try row.get(0)
        role = try row.get(1)
        email = try row.get(2)
        createdBy = try row.get(3)
        created = try row.get(4)
        expires = try row.get(5)
    }

    var object: JSON {
        [
            "id": .string(id.description), "role": .string(role), "email": email.map { .string($0) } ?? .null,
            "created_by": .string(createdBy.description), "created_at": .string(created.description),
            "expires_at": .string(expires.description),
        ]
    }
}
