package import Kernel

extension Principal {
    /// Refuses whoever has less than `role` in the tenant.
    package func require(_ role: Role, to action: String) throws(Problem) {
        guard self.role >= role else {
            throw .forbidden(
                "To \(action) you need the role \"\(role.rawValue)\" here; yours is \"\(self.role.rawValue)\".")
        }
    }
}
