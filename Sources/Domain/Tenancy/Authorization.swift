package import Kernel

extension Principal {
    /// Refuses whoever has less than `role` in the tenant.
    package func require(_ role: Role, to action: String) throws(Problem) {
        guard self.role >= role else {
            throw .forbidden(
                "To \(action) you need the role \"\(role.rawValue)\" here; yours is \"\(self.role.rawValue)\".")
        }
    }
    /// Refuses an API token without `scope`, where an operation does more than its own scope says.
    package func require(_ scope: TokenScope) throws(Problem) {
        if let token, !token.scopes.contains(scope) { throw .lacks(scope) }
    }
}
