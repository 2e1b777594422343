internal import COpenSSL

/// The signature algorithms that are accepted (RFC 7518 §3.1, RFC 8037): asymmetric ones only.
///
/// `none` and HS* are absent by design: a verifier that knows them can be talked into using a public key as a secret.
package enum JWSAlgorithm: String, Sendable, CaseIterable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case edDSA = "EdDSA"

    enum Scheme {
        case pkcs1, pss, ed25519
        /// `size` is the length of each of r and s in bytes.
        case ecdsa(size: Int)
    }

    var scheme: Scheme {
        switch self {
        case .rs256, .rs384, .rs512: .pkcs1
        case .ps256, .ps384, .ps512: .pss
        case .es256: .ecdsa(size: 32)
        case .es384: .ecdsa(size: 48)
        case .es512: .ecdsa(size: 66)
        case .edDSA: .ed25519
        }
    }

    /// OpenSSL's digest; `nil` for Ed25519, which hashes by itself.
    var digest: OpaquePointer? {
        switch self {
        case .rs256, .ps256, .es256: EVP_sha256()
        case .rs384, .ps384, .es384: EVP_sha384()
        case .rs512, .ps512, .es512: EVP_sha512()
        case .edDSA: nil
        }
    }

    static let rsa: Set<JWSAlgorithm> = [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512]
}
