internal import CSodium
package import Kernel

/// Why a key of a set is of no use here.
package enum JWKError: Error, Sendable, Equatable {
    case notAnObject
    /// A key with private members was published: whoever reads the set can sign with it.
    case privateKey
    case notForVerifying
    case unsupported
    case badParameter(String)
    case weak(String)
    /// The numbers do not make a valid public key, such as a point off its curve.
    case invalidKey
}

/// A public key to verify signatures with (RFC 7517), pinned to the algorithms that it may be used for.
package struct JWK: Sendable {
    package let keyID: String?
    /// What `alg` names; without it, what the key's type and curve allow.
    package let algorithms: Set<JWSAlgorithm>
    let key: Key

    enum Key: Sendable {
        case evp(EVPPublicKey)
        case ed25519([UInt8])
    }

    /// Reads a key strictly. Certificate members (`x5c`, `x5u`, …) are ignored.
    package init(_ json: JSON) throws(JWKError) {
        guard case .object(let object) = json else { throw .notAnObject }
        guard !["d", "p", "q", "dp", "dq", "qi", "oth", "k"].contains(where: { object[$0] != nil }) else {
            throw .privateKey
        }
        try Self.checkPurpose(object)
        keyID = try Self.optionalText(object, "kid")
        let family: Set<JWSAlgorithm>
        switch try Self.text(object, "kty") {
        case "RSA":
            key = .evp(try EVPPublicKey(modulus: Self.bytes(object, "n"), exponent: Self.bytes(object, "e")))
            family = JWSAlgorithm.rsa
        case "EC":
            guard let curve = ECCurve(rawValue: try Self.text(object, "crv")) else { throw .unsupported }
            key = .evp(try EVPPublicKey(curve: curve, x: Self.bytes(object, "x"), y: Self.bytes(object, "y")))
            family = [curve.algorithm]
        case "OKP":
            guard try Self.text(object, "crv") == "Ed25519" else { throw .unsupported }
            let point = try Self.bytes(object, "x")
            guard point.count == 32 else { throw .badParameter("x") }
            guard sodium_init() >= 0 else { throw .unsupported }
            key = .ed25519(point)
            family = [.edDSA]
        default: throw .unsupported
        }
        guard let name = try Self.optionalText(object, "alg") else {
            algorithms = family
            return
        }
        guard let algorithm = JWSAlgorithm(rawValue: name), family.contains(algorithm) else { throw .unsupported }
        algorithms = [algorithm]
    }

    /// RFC 7517 §4.2 and §4.3: what the key is meant for, where it says so.
    private static func checkPurpose(_ object: JSONObject) throws(JWKError) {
        if let use = object["use"] {
            guard use.string == "sig" else { throw .notForVerifying }
        }
        if let operations = object["key_ops"] {
            guard let operations = operations.array, operations.contains(.string("verify")) else {
                throw .notForVerifying
            }
        }
    }

    private static func optionalText(_ object: JSONObject, _ name: String) throws(JWKError) -> String? {
        guard let value = object[name] else { return nil }
        guard let text = value.string else { throw .badParameter(name) }
        return text
    }

    private static func text(_ object: JSONObject, _ name: String) throws(JWKError) -> String {
        guard let text = object[name]?.string else { throw .badParameter(name) }
        return text
    }

    private static func bytes(_ object: JSONObject, _ name: String) throws(JWKError) -> [UInt8] {
        let text = try text(object, name)
        guard let bytes = Base64URL.decode(text), (1...2048).contains(bytes.count) else { throw .badParameter(name) }
        return bytes
    }
}
