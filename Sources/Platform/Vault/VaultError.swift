/// Why a secret could not be sealed or opened. Carries names and sizes, never a byte of what was sealed.
package enum VaultError: Error, Sendable, Equatable, CustomStringConvertible {
    /// More bytes than `SealedSecret.maximumSecretBytes`.
    case secretTooLarge(bytes: Int)
    /// The record names an algorithm that this version does not know.
    case unknownAlgorithm
    /// A field has an impossible length.
    case malformed(field: String)
    /// No secret key with this id was given to this process.
    case unknownKEK(VaultKeyID)
    /// The record is sealed for a KEK older than the oldest that is still in use.
    case outdatedKEK(VaultKeyID)
    /// No trusted key signed this record for this identity: it was altered, moved, or planted.
    case untrustedSignature
    /// The data key does not open with the named KEK, or was wrapped for another record.
    case cannotUnwrap
    /// The ciphertext does not authenticate under its data key for this identity.
    case cannotDecrypt

    package var description: String {
        switch self {
        case .secretTooLarge(let bytes):
            "the secret has \(bytes) bytes; at most \(SealedSecret.maximumSecretBytes) are kept"
        case .unknownAlgorithm: "the record was sealed with an algorithm that this version does not know"
        case .malformed(let field): "the record's \(field) has an impossible length"
        case .unknownKEK(let id): "the record was sealed for the key \(id), which this process does not hold"
        case .outdatedKEK(let id):
            "the record was sealed for the key \(id), which is older than the oldest one in use: it was brought back from "
                + "before a rotation, or missed by it"
        case .untrustedSignature:
            "no trusted key signed this record for this tenant, secret, version, provider and origin"
        case .cannotUnwrap: "the record's data key does not open"
        case .cannotDecrypt: "the record's ciphertext does not open"
        }
    }
}
