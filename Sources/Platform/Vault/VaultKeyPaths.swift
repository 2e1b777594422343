/// Where the files of a set lie.
package struct VaultKeyPaths: Sendable, Equatable {
    package let kekPublic: String
    package let kekSecret: String
    package let signPublic: String
    package let signSecret: String
    /// For whoever verifies the audit.
    package let auditPublic: String

    /// The usual names in one directory.
    package init(directory: String) {
        kekPublic = directory + "/kek.public"
        kekSecret = directory + "/kek.secret"
        signPublic = directory + "/sign.public"
        signSecret = directory + "/sign.secret"
        auditPublic = directory + "/audit.public"
    }
}
