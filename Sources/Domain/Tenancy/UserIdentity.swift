package import Kernel

/// A person as an identity provider knows them.
package struct UserIdentity: Hashable, Sendable {
    package let issuer: String
    package let subject: String
    package let email: String?
    package let emailIsVerified: Bool
    package let name: String?

    package init(
        issuer: String, subject: String, email: String? = nil, emailIsVerified: Bool = false, name: String? = nil
    ) {
        self.issuer = issuer
        self.subject = subject
        self.email = email
        self.emailIsVerified = emailIsVerified
        self.name = name
    }

    /// The person's id here: a UUIDv8 made of SHA-256(length of issuer ‖ issuer ‖ subject).
    ///
    /// Derived rather than looked up, so that signing in reads no table across tenants, needs no global unique index
    /// and races with nobody (docs/decisions/0002-derived-user-ids.md).
    ///
    /// - Parameter hash: SHA-256.
    package func userID(hash: ([UInt8]) -> [UInt8]) -> UserID {
        let issuer = Array(self.issuer.utf8)
        let length = (0..<8).map { UInt8(truncatingIfNeeded: issuer.count >> (56 - 8 * $0)) }
        return UserID.derived(fromHash: hash(length + issuer + Array(subject.utf8)))
    }
}
