internal import CJWT
internal import Glibc
package import Kernel

/// Issues ES256 tokens with libjwt: for development, and for links that carry their own permission.
///
/// The last key signs; earlier ones stay in the JWKS until they are dropped, so that what they signed stays good.
package struct TokenIssuer: Sendable {
    package let issuer: String
    /// Oldest first.
    package private(set) var keys: [IssuerKey]

    package struct Failure: Error, Sendable, CustomStringConvertible {
        let step: StaticString
        package var description: String { "libjwt could not \(step)" }
    }

    package init(issuer: String, keys: [IssuerKey]) {
        precondition(!keys.isEmpty, "an issuer needs a key")
        self.issuer = issuer
        self.keys = keys
    }

    package static func generate(issuer: String) throws -> TokenIssuer {
        try TokenIssuer(issuer: issuer, keys: [.generate()])
    }

    /// A signed token. `iss`, `iat` and `exp` are set here; `claims` brings the rest.
    package func sign(
        subject: String, audience: String, lifetime: Duration, at now: Timestamp = .now, claims: JSONObject = [:]
    ) throws -> String {
        var payload = claims
        payload["iss"] = .string(issuer)
        payload["sub"] = .string(subject)
        payload["aud"] = .string(audience)
        payload["iat"] = .integer(now.seconds)
        payload["exp"] = .integer((now + lifetime).seconds)
        return try sign(payload)
    }

    /// Signs exactly these claims with the newest key.
    package func sign(_ payload: JSONObject) throws -> String {
        let key = keys[keys.count - 1]
        var token: OpaquePointer?
        guard jwt_new(&token) == 0, let token else { throw Failure(step: "start a token") }
        // Also scrubs libjwt's own copy of the key.
        defer { jwt_free(token) }
        guard jwt_add_header(token, "kid", key.keyID) == 0 else { throw Failure(step: "name the key") }
        guard jwt_add_grants_json(token, JSON.object(payload).text) == 0 else { throw Failure(step: "add the claims") }
        let pem = key.pem.value
        guard jwt_set_alg(token, JWT_ALG_ES256, pem, Int32(pem.count)) == 0 else { throw Failure(step: "take the key") }
        guard let text = jwt_encode_str(token) else { throw Failure(step: "sign") }
        defer { free(text) }
        return String(cString: text)
    }

    /// The public keys, newest first (RFC 7517 §5).
    package var jwks: JSON { ["keys": .array(keys.reversed().map(\.jwk))] }

    /// Makes a new key the signing one.
    ///
    /// - Returns: The new key, for whoever keeps them.
    @discardableResult
    package mutating func rotate() throws -> IssuerKey {
        let key = try IssuerKey.generate()
        keys.append(key)
        return key
    }

    /// Drops all but the newest `count` keys; what the others signed is refused from then on.
    package mutating func keepNewest(_ count: Int) {
        precondition(count > 0, "an issuer needs a key")
        keys = Array(keys.suffix(count))
    }
}
