internal import Kernel

/// A JSON Web Signature in compact form (RFC 7515 §7.1), taken apart but not yet verified.
package struct JWS: Sendable {
    package let header: Header
    package let payload: [UInt8]
    let signature: [UInt8]
    /// The first two parts with the dot between them: what was signed.
    let signingInput: [UInt8]

    package static let maximumBytes = 16_384

    /// Three parts of strict base64url, the first of them a header that we understand.
    package init(parsing token: String) throws(TokenError) {
        let text = token.utf8
        guard text.count <= Self.maximumBytes else { throw .tooLarge }
        let parts = token.utf8.split(
            separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Base64URL.decode(Substring(parts[0])),
            let payload = Base64URL.decode(Substring(parts[1])),
            let signature = Base64URL.decode(Substring(parts[2])), !signature.isEmpty
        else { throw .malformed }
        self.header = try Header(parsing: header)
        self.payload = payload
        self.signature = signature
        signingInput = Array(text[..<parts[1].endIndex])
    }

    /// Finds the signer among `keys`.
    ///
    /// - Throws: `unknownKey`, `unsupportedAlgorithm`, `badSignature`.
    package func verify(with keys: JWKSet) throws(TokenError) {
        let candidates = try keys.candidates(keyID: header.keyID, algorithm: header.algorithm)
        let isSigned = candidates.contains { key in
            key.verifies(signature, of: signingInput, by: header.algorithm)
        }
        guard isSigned else { throw .badSignature }
    }

    /// What of a header counts. `jku`, `jwk`, `x5u` and `x5c`, with which a token would bring its own key, are not read.
    package struct Header: Sendable, Equatable {
        package let algorithm: JWSAlgorithm
        package let keyID: String?

        init(parsing bytes: [UInt8]) throws(TokenError) {
            guard let json = try? JSON(parsing: bytes, maximumDepth: 8), case .object(let object) = json else {
                throw .malformed
            }
            guard object["crit"] == nil, object["b64"] == nil else { throw .unsupportedExtension }
            guard let name = object["alg"]?.string else { throw .malformed }
            guard let algorithm = JWSAlgorithm(rawValue: name) else { throw .unsupportedAlgorithm }
            self.algorithm = algorithm
            keyID = try object["kid"].map { value throws(TokenError) in
                guard let text = value.string else { throw .malformed }
                return text
            }
            try Self.checkType(object["typ"])
        }

        /// RFC 7519 §5.1 and RFC 9068 §2.1; media types have no case, and `application/` may be left out.
        private static func checkType(_ value: JSON?) throws(TokenError) {
            guard let value else { return }
            guard var type = value.string?.lowercased() else { throw .malformed }
            if type.hasPrefix("application/") { type.removeFirst("application/".count) }
            guard type == "jwt" || type == "at+jwt" else { throw .unsupportedType }
        }
    }
}
