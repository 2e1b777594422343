package import HTTPServer
internal import Kernel
package import Postgres
internal import Synchronization
package import Tokens

/// Turns the bearer token of a request into a principal, and lets nobody else pass.
package struct Authenticator: Middleware {
    private let verifier: TokenVerifier
    private let signIn: SignIn
    private let hash: @Sendable ([UInt8]) -> [UInt8]
    private let seen = SeenUsers()

    /// - Parameter hash: SHA-256, from whoever has a crypto library.
    package init(verifier: TokenVerifier, database: Database, hash: @escaping @Sendable ([UInt8]) -> [UInt8]) {
        self.verifier = verifier
        self.signIn = SignIn(database: database)
        self.hash = hash
    }

    package func handle(_ request: Request, next: Handler) async throws -> Response {
        guard let header = request.headers["authorization"] else {
            throw Problem.unauthorized("Send your token as \"Authorization: Bearer …\".")
        }
        guard header.count > 7, header.prefix(7).lowercased() == "bearer " else {
            throw Problem.unauthorized(
                "The Authorization header must be \"Bearer\" and a token.", error: "invalid_request")
        }
        let claims: Claims
        do {
            claims = try await verifier.verify(String(header.dropFirst(7)))
        } catch {
            throw error.problem
        }
        let identity = UserIdentity(
            issuer: claims.issuer, subject: claims.subject, email: claims.email, name: claims.name)
        let user = seen.user(of: identity) ?? identity.userID(hash: hash)
        if !seen.contains(identity) {
            try await signIn.ensure(identity, user: user)
            seen.insert(identity, user)
        }
        var request = request
        request.context.principal = try await principal(of: user, asking: request.headers["specwright-tenant"])
        request.context.expires = claims.expires + ClaimRules.maximumLeeway
        return try await next(request)
    }

    private func principal(of user: UserID, asking tenantHeader: String?) async throws -> Principal {
        let personal = TenantID.personal(of: user)
        guard let tenantHeader else { return Principal(user: user, tenant: personal, role: .owner) }
        guard let tenant = TenantID(tenantHeader) else {
            throw Problem.badRequest("Specwright-Tenant must be a tenant's id, which is a UUID.")
        }
        if tenant == personal { return Principal(user: user, tenant: personal, role: .owner) }
        // Not a member and no such tenant look the same from outside.
        guard let role = try await signIn.role(of: user, in: tenant) else { throw Problem.notFound("tenant") }
        return Principal(user: user, tenant: tenant, role: role)
    }
}

/// Who has been seen since the process started, so that a request of a known person costs no write. Bounded.
private final class SeenUsers: Sendable {
    private let users = Mutex<[UserIdentity: UserID]>([:])
    private static let limit = 100_000

    func contains(_ identity: UserIdentity) -> Bool { users.withLock { $0[identity] != nil } }
    func user(of identity: UserIdentity) -> UserID? { users.withLock { $0[identity] } }

    func insert(_ identity: UserIdentity, _ user: UserID) {
        users.withLock { users in
            if users.count >= Self.limit { users.removeAll(keepingCapacity: true) }
            users[identity] = user
        }
    }
}
