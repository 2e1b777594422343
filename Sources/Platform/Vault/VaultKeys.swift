internal import CSodium
internal import Kernel

/// A full set of fresh key material, for `specwright up`, a first installation, and tests.
package struct VaultKeys: Sendable {
    package let kek: KEKSecretKey
    package let signingKey: SigningKey

    package static func generate(
        kekID: KEKID = VaultKeyID("kek-1")!, signerID: VaultKeyID = VaultKeyID("api-1")!
    ) -> VaultKeys {
        VaultKeys(kek: .generate(id: kekID), signingKey: .generate(id: signerID))
    }

    /// The part that the API is given.
    package var sealer: Sealer { Sealer(kek: kek.publicKey, signingKey: signingKey) }

    /// The part that the worker is given.
    package var opener: Opener { Opener(keks: [kek], verifyKeys: [signingKey.verifyKey]) }
}

/// The kinds of key line, `<kind>:<id>:<base64url of 32 bytes>`.
enum KeyLine: String, CaseIterable {
    case kekPublic = "kek-public"
    case kekSecret = "kek-secret"
    case signPublic = "sign-public"
    case signSecret = "sign-secret"
    /// A worker's key for the audit; outlives the KEK that it is derived from.
    case auditPublic = "audit-public"

    static let keyBytes = 32

    func format(_ id: VaultKeyID, _ key: [UInt8]) -> String { "\(rawValue):\(id):\(Base64URL.encode(key))" }

    /// Writes a secret line into locked memory, newline included.
    func format(_ id: VaultKeyID, secret: borrowing SecretBytes) -> SecretBytes {
        let head = Array("\(rawValue):\(id):".utf8)
        // The encoder ends its text with a NUL, which the newline replaces.
        let textBytes = sodium_base64_encoded_len(Self.keyBytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING)
        return SecretBytes(count: head.count + textBytes) { buffer in
            buffer.copyBytes(from: head)
            secret.withBytes { secret in
                _ = sodium_bin2base64(
                    UnsafeMutableRawPointer(buffer.octets + head.count).assumingMemoryBound(to: CChar.self), textBytes,
                    secret.octets, secret.count, sodium_base64_VARIANT_URLSAFE_NO_PADDING)
            }
            buffer[buffer.count - 1] = UInt8(ascii: "\n")
        }
    }

    /// Reads one line without copying a secret out of locked memory.
    ///
    /// - Returns: The id and the key; `nil` for another kind, a bad id, or anything but 32 bytes of base64url.
    func parse(_ line: UnsafeRawBufferPointer) -> (id: VaultKeyID, key: SecretBox)? {
        let parts = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].elementsEqual(rawValue.utf8),
            let id = VaultKeyID(String(decoding: parts[1], as: UTF8.self))
        else { return nil }
        let text = UnsafeRawBufferPointer(rebasing: parts[2])
        guard text.count == (Self.keyBytes * 8 + 5) / 6 else { return nil }
        let key = SecretBytes(capacity: Self.keyBytes) { buffer in
            var written = 0
            let read = sodium_base642bin(
                buffer.octets, buffer.count, text.baseAddress!.assumingMemoryBound(to: CChar.self), text.count, nil,
                &written, nil, sodium_base64_VARIANT_URLSAFE_NO_PADDING)
            return read == 0 ? written : 0
        }
        guard key.count == Self.keyBytes else { return nil }
        return (id, SecretBox(key))
    }
}
