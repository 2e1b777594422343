/// Signs what the API hands out and takes back later: Ed25519 (RFC 8032) over what it is for and the message, so that no
/// signature stands for anything else.
///
/// The same message always gets the same signature: what was handed out need not be stored to be told again.
package struct LinkSigner: Sendable {
    package enum Purpose: String, Sendable {
        case invitation = "vault/v1/link/invitation"
    }

    package static let signatureBytes = SealedSecret.signatureBytes
    private let key: SigningKey

    init(key: SigningKey) { self.key = key }

    package func sign(_ message: [UInt8], for purpose: Purpose) -> [UInt8] { key.sign(Self.signed(message, purpose)) }

    package func verifies(_ signature: [UInt8], of message: [UInt8], for purpose: Purpose) -> Bool {
        key.verifyKey.verifies(signature, of: Self.signed(message, purpose))
    }

    private static func signed(_ message: [UInt8], _ purpose: Purpose) -> [UInt8] {
        var data = LengthPrefixed()
        data.append(purpose.rawValue.utf8)
        data.append(message)
        return data.bytes
    }
}

extension Sealer {
    /// With the key that the API signs records with.
    package var linkSigner: LinkSigner { LinkSigner(key: signingKey) }
}
