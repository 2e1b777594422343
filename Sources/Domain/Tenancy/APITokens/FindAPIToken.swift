internal import Kernel
internal import Postgres
internal import Tokens

/// Whom an API token stands for, asked anew for each request: one indexed read. Nothing is kept, so a token that is
/// revoked, and a maker who loses a role, are so for the next request at every `serve`.
struct FindAPIToken: Sendable {
    let database: Database

    /// - Throws: 401 for a token that was mistyped, revoked, or has expired.
    func callAsFunction(_ bearer: String) async throws -> Principal {
        guard let token = APIToken(bearer) else {
            throw Problem.unauthorized(
                "This API token is not whole: its checksum does not fit. Copy it again.", error: "invalid_token")
        }
        guard let found = try await find(token.digest) else {
            throw Problem.unauthorized(
                "This API token is not known here: it was revoked, or its maker is no member any more. Make another.",
                error: "invalid_token")
        }
        if let expires = found.principal.token?.expires, expires <= .now {
            throw Problem.unauthorized("This API token has expired. Make another.", error: "invalid_token")
        }
        if found.isStale { try await touch(found.principal) }
        return found.principal
    }

    /// Whether it still stands for the same.
    func stillHolds(_ digest: [UInt8], for principal: Principal) async throws -> Bool {
        try await find(digest)?.principal.tenant == principal.tenant
    }

    private func find(_ digest: [UInt8]) async throws -> (principal: Principal, isStale: Bool)? {
        let rows = try await database.read(
            .untenanted,
            """
            SELECT tenant_id, id, user_id, role, scopes, expires_at, is_stale FROM app.find_api_token(\(digest))
            """)
        guard let row = rows.first, let role = Role(rawValue: try row.get(3)) else { return nil }
        let scopes = try row.get(4, as: [String].self).compactMap(TokenScope.init)
        let grant = APITokenGrant(id: try row.get(1), scopes: Set(scopes), expires: try row.get(5))
        return (Principal(user: try row.get(2), tenant: try row.get(0), role: role, token: grant), try row.get(6))
    }

    /// Once in ten minutes, whichever process is first: last use is for people, and not worth a write a request.
    private func touch(_ principal: Principal) async throws {
        guard let token = principal.token else { return }
        _ = try await database.write(
            Scope(principal),
            """
            UPDATE api_tokens SET last_used_at = now()
            WHERE tenant_id = \(principal.tenant) AND id = \(token.id)
                AND (last_used_at IS NULL OR last_used_at < now() - interval '10 minutes')
            """)
    }
}
