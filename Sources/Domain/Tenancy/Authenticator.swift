package import HTTPServer
internal import Kernel
package import Postgres
package import Tokens

/// Turns the bearer token of a request into a principal, and lets nobody else pass.
package struct Authenticator: Middleware {
    private let verifier: TokenVerifier
    private let access: AccessTable
    private let signIn: SignIn
    private let findToken: FindAPIToken
    private let hash: @Sendable ([UInt8]) -> [UInt8]
    private let seen: SeenUsers

    /// - Parameters:
    ///   - access: which scope each operation asks of an API token.
    ///   - seen: shared with whatever hears that somebody's account is gone.
    ///   - hash: SHA-256, from whoever has a crypto library.
    package init(
        verifier: TokenVerifier, access: AccessTable, seen: SeenUsers, database: Database,
        hash: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) {
        self.verifier = verifier
        self.access = access
        self.seen = seen
        self.signIn = SignIn(database: database)
        self.findToken = FindAPIToken(database: database)
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
        let bearer = String(header.dropFirst(7))
        var request = request
        if bearer.hasPrefix(APIToken.prefix) {
            try await admit(token: bearer, to: &request)
        } else {
            try await admit(person: bearer, to: &request)
        }
        return try await next(request)
    }

    private func admit(person bearer: String, to request: inout Request) async throws {
        let claims: Claims
        do {
            claims = try await verifier.verify(bearer)
        } catch {
            throw error.problem
        }
        let identity = UserIdentity(
            issuer: claims.issuer, subject: claims.subject, email: claims.email,
            emailIsVerified: claims.emailIsVerified, name: claims.name)
        let user: UserID
        if let known = seen.user(of: identity) {
            user = known
        } else {
            user = identity.userID(hash: hash)
            try await signIn.ensure(identity, user: user, from: request)
            seen.insert(identity, user)
        }
        let principal = try await principal(of: user, in: try request.wantedTenant)
        request.context.principal = principal
        request.context.expires = claims.expires + ClaimRules.maximumLeeway
        if principal.tenant != .personal(of: user) {
            let signIn = signIn
            request.context.stillHolds = { try await signIn.role(of: user, in: principal.tenant) != nil }
        }
    }

    /// A token acts in its own tenant, which need not be named.
    private func admit(token bearer: String, to request: inout Request) async throws {
        let principal = try await findToken(bearer)
        if let wanted = try request.wantedTenant, wanted != principal.tenant { throw Problem.notFound("tenant") }
        guard let grant = principal.token, let digest = APIToken(bearer)?.digest else {
            throw Problem.unauthorized("This API token is not known here.", error: "invalid_token")
        }
        try access.require(grant, for: request)
        request.context.principal = principal
        request.context.expires = grant.expires
        let findToken = findToken
        request.context.stillHolds = { try await findToken.stillHolds(digest, for: principal) }
    }

    private func principal(of user: UserID, in wanted: TenantID?) async throws -> Principal {
        let personal = TenantID.personal(of: user)
        guard let wanted, wanted != personal else { return Principal(user: user, tenant: personal, role: .owner) }
        // Not a member and no such tenant look the same from outside.
        guard let role = try await signIn.role(of: user, in: wanted) else { throw Problem.notFound("tenant") }
        return Principal(user: user, tenant: wanted, role: role)
    }
}

extension Request {
    fileprivate var wantedTenant: TenantID? {
        get throws(Problem) {
            guard let header = headers["specwright-tenant"] else { return nil }
            guard let tenant = TenantID(header) else {
                throw .badRequest("Specwright-Tenant must be a tenant's id, which is a UUID.")
            }
            return tenant
        }
    }
}
