internal import Kernel

/// The keys that an issuer publishes (RFC 7517 §5), less those that are of no use here.
package struct JWKSet: Sendable {
    package let keys: [JWK]
    /// Why the others were left out, in the set's order, for the log.
    package let skipped: [JWKError]

    package static let maximumBytes = 262_144
    package static let maximumKeys = 100

    package struct Malformed: Error, Sendable {}

    /// Reads a set. A key that cannot be used is skipped (RFC 7517 §5); a text that is no set at all is refused.
    ///
    /// - Throws: `Malformed`, also for more than 100 keys or 256 kB.
    package init(parsing bytes: [UInt8]) throws(Malformed) {
        guard bytes.count <= Self.maximumBytes, let json = try? JSON(parsing: bytes, maximumDepth: 8),
            let members = json["keys"]?.array, members.count <= Self.maximumKeys
        else { throw Malformed() }
        self.init(members)
    }

    init(_ members: [JSON]) {
        var keys: [JWK] = []
        var skipped: [JWKError] = []
        for member in members {
            do throws(JWKError) { keys.append(try JWK(member)) } catch { skipped.append(error) }
        }
        self.keys = keys
        self.skipped = skipped
    }

    /// The keys that a token's header can mean: all of that id, or, without an id, the only one that fits.
    func candidates(keyID: String?, algorithm: JWSAlgorithm) throws(TokenError) -> [JWK] {
        guard let keyID else {
            let fitting = keys.filter { $0.algorithms.contains(algorithm) }
            guard fitting.count == 1 else { throw .unknownKey }
            return fitting
        }
        let named = keys.filter { key in key.keyID.map { $0.utf8.elementsEqual(keyID.utf8) } ?? false }
        guard !named.isEmpty else { throw .unknownKey }
        let fitting = named.filter { $0.algorithms.contains(algorithm) }
        guard !fitting.isEmpty else { throw .unsupportedAlgorithm }
        return fitting
    }
}
