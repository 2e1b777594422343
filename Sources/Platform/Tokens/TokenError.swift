package import Kernel

/// Why a token was not accepted. Each reason is fixed text, safe for the client and fit for a `WWW-Authenticate` header.
package enum TokenError: Error, Sendable, Equatable, CustomStringConvertible {
    case malformed
    case tooLarge
    /// `none`, HS*, an unknown algorithm, or one that is not the key's.
    case unsupportedAlgorithm
    /// `crit` or `b64`: extensions that change what the signature means (RFC 7515 §4.1.11, RFC 7797).
    case unsupportedExtension
    case unsupportedType
    case untrustedIssuer
    case unknownKey
    case badSignature
    case missingClaim(RegisteredClaim)
    case invalidClaim(RegisteredClaim)
    case wrongAudience
    /// Genuine, and of a kind that is not accepted: an ID token, or an anonymous person's.
    case unsuitable
    case expired
    case notYetValid
    /// The issuer's keys could not be fetched, and none are kept: the token may well be good.
    case keysUnavailable

    package enum RegisteredClaim: String, Sendable {
        case issuer = "iss"
        case subject = "sub"
        case audience = "aud"
        case expiry = "exp"
        case notBefore = "nbf"
        case issuedAt = "iat"
    }

    /// A sentence for the client.
    package var publicReason: String {
        switch self {
        case .malformed: "The token is not a signed JSON Web Token in compact form."
        case .tooLarge: "The token is too large."
        case .unsupportedAlgorithm: "The token's signature algorithm is not accepted."
        case .unsupportedExtension: "The token uses a header extension that is not accepted."
        case .unsupportedType: "The token is not an access token or identity token."
        case .untrustedIssuer: "The token comes from an issuer that is not trusted here."
        case .unknownKey: "The token was signed with a key that its issuer does not publish."
        case .badSignature: "The token's signature is not valid."
        case .missingClaim(let claim): "The token lacks the claim \(claim.rawValue)."
        case .invalidClaim(let claim): "The token's claim \(claim.rawValue) is not valid."
        case .wrongAudience: "The token was issued for another audience."
        case .unsuitable: "The token is of a kind that is not accepted here."
        case .expired: "The token has expired."
        case .notYetValid: "The token is not valid yet."
        case .keysUnavailable: "The token's issuer cannot be reached to check it. Try again shortly."
        }
    }

    package var description: String { publicReason }

    /// 401 with `error="invalid_token"` (RFC 6750 §3.1); 503 when the fault is not the token's.
    package var problem: Problem {
        self == .keysUnavailable
            ? .unavailable(publicReason, retryAfter: 5) : .unauthorized(publicReason, error: "invalid_token")
    }
}
