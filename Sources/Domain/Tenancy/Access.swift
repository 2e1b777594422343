internal import HTTPServer
package import Kernel

/// What an operation asks of whoever calls it.
package struct Access: Sendable, Equatable {
    /// The least role. Some operations ask for more where the object is not the caller's own; none for less.
    package let role: Role
    /// What an API token must have been made for; `nil` takes a person who signed in.
    package let scope: TokenScope?

    package init(_ role: Role, _ scope: TokenScope?) {
        self.role = role
        self.scope = scope
    }
}

/// Every operation's access, by method and route: `GET /api/features/{id}`.
///
/// Roles are asked for by the operations themselves, in words that fit; tests hold them to this table. Scopes are asked for
/// here alone, so an operation that has no line is out of every API token's reach.
package struct AccessTable: Sendable {
    package let operations: [String: Access]

    package init(_ operations: [String: Access]) { self.operations = operations }

    func require(_ grant: APITokenGrant, for request: Request) throws(Problem) {
        let method = request.method == .head ? HTTPMethod.get : request.method
        guard let access = operations["\(method.rawValue) \(request.route ?? "")"] else {
            throw .notForTokens
        }
        guard let scope = access.scope else { throw .notForTokens }
        guard grant.scopes.contains(scope) else { throw .lacks(scope) }
    }
}

extension Problem {
    static let notForTokens = Problem.forbidden(
        "This takes a person: sign in, and use the token that your identity provider gives you.")

    /// RFC 6750 §3.1.
    static func lacks(_ scope: TokenScope) -> Problem {
        Problem(
            "insufficient-scope", status: 403, title: "This API token is for other things",
            detail: "It lacks the scope \"\(scope.rawValue)\". Make a token that has it, or sign in.",
            extensions: ["scope": .string(scope.rawValue)],
            headers: [("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"\(scope.rawValue)\"")])
    }
}
