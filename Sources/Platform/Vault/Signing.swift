internal import CSodium

/// The API's own key (Ed25519, RFC 8032): vouches that a record came from it. It opens nothing.
package struct SigningKey: Sendable {
    package let verifyKey: VerifyKey
    let seed: SecretBox
    private let expanded: SecretBox

    /// `nil` unless `seed` has 32 bytes.
    package init?(id: VaultKeyID, seed: consuming SecretBytes) {
        Sodium.start()
        guard seed.count == Int(crypto_sign_SEEDBYTES) else { return nil }
        var publicKey = [UInt8](repeating: 0, count: Int(crypto_sign_PUBLICKEYBYTES))
        let expanded = SecretBytes(count: Int(crypto_sign_SECRETKEYBYTES)) { buffer in
            seed.withBytes { seed in
                _ = crypto_sign_seed_keypair(
                    &publicKey, buffer.octets,
                    seed.octets)
            }
        }
        guard let verifyKey = VerifyKey(id: id, key: publicKey) else { return nil }
        self.verifyKey = verifyKey
        self.seed = SecretBox(seed)
        self.expanded = SecretBox(expanded)
    }

    package static func generate(id: VaultKeyID) -> SigningKey {
        SigningKey(id: id, seed: .random(count: Int(crypto_sign_SEEDBYTES)))!
    }

    func sign(_ message: [UInt8]) -> [UInt8] {
        expanded.bytes.withBytes { key in
            [UInt8](unsafeUninitializedCapacity: SealedSecret.signatureBytes) { buffer, initialized in
                // Fails for no input (libsodium: "always 0").
                crypto_sign_detached(
                    buffer.baseAddress!, nil, message, UInt64(message.count),
                    key.octets)
                initialized = SealedSecret.signatureBytes
            }
        }
    }
}

/// The public half of a signing key. Not secret.
package struct VerifyKey: Sendable, Equatable {
    package let id: VaultKeyID
    /// 32 bytes.
    package let key: [UInt8]

    /// `nil` unless `key` has 32 bytes.
    package init?(id: VaultKeyID, key: [UInt8]) {
        guard key.count == Int(crypto_sign_PUBLICKEYBYTES) else { return nil }
        self.id = id
        self.key = key
    }

    func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        Sodium.start()
        return signature.count == SealedSecret.signatureBytes
            && crypto_sign_verify_detached(signature, message, UInt64(message.count), key) == 0
    }
}
