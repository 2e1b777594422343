internal import CSodium

/// What the API is given: it can close the box, and holds nothing that opens it.
package struct Sealer: Sendable {
    package let kek: KEKPublicKey
    let signingKey: SigningKey

    package init(kek: KEKPublicKey, signingKey: SigningKey) {
        self.kek = kek
        self.signingKey = signingKey
    }

    /// Seals a secret for one identity, under a data key of its own. Sealing twice gives two unlike records.
    ///
    /// - Throws: `VaultError.secretTooLarge`.
    package func seal(
        _ secret: borrowing SecretBytes, as identity: SecretIdentity
    ) throws(VaultError) -> SealedSecret {
        guard secret.count <= SealedSecret.maximumSecretBytes else { throw .secretTooLarge(bytes: secret.count) }
        let associatedData = identity.associatedData(algorithm: SealedSecret.algorithm)
        let dataKey = SecretBytes.random(count: WrappedDataKey.keyBytes)
        let nonce = Sodium.randomBytes(SealedSecret.nonceBytes)
        let ciphertext = Self.encrypt(secret, dataKey: dataKey, nonce: nonce, associatedData: associatedData)
        let wrapped = WrappedDataKey.wrap(dataKey, to: kek, associatedData: associatedData)
        let signature = signingKey.sign(
            SealedSecret.signedBytes(
                associatedData: associatedData, kekID: kek.id, nonce: nonce, ciphertext: ciphertext, wrapped: wrapped))
        return SealedSecret(
            kekID: kek.id, alg: SealedSecret.algorithm, nonce: nonce, ciphertext: ciphertext, wrapped: wrapped,
            signature: signature, version: identity.version)
    }

    /// Tells whether two secrets are the same one, to whoever holds this sealer's signing key and to nobody else: whoever
    /// has the text alone cannot try secrets against it.
    ///
    /// - Returns: 32 bytes, BLAKE2b-256(key: the signing key's seed, "vault/v1/fingerprint" ‖ secret).
    package func fingerprint(of secret: borrowing SecretBytes) -> [UInt8] {
        let label = Array("vault/v1/fingerprint".utf8)
        let message = SecretBytes(count: label.count + secret.count) { buffer in
            buffer.copyBytes(from: label)
            secret.withBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[label.count...]).copyMemory(from: $0) }
        }
        let count = Int(crypto_generichash_BYTES)
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            signingKey.seed.bytes.withBytes { seed in
                message.withBytes { message in
                    _ = crypto_generichash(
                        buffer.baseAddress!, count, message.octets, UInt64(message.count), seed.octets, seed.count)
                }
            }
            initialized = count
        }
    }

    private static func encrypt(
        _ secret: borrowing SecretBytes, dataKey: borrowing SecretBytes, nonce: [UInt8], associatedData: [UInt8]
    ) -> [UInt8] {
        let total = secret.count + SealedSecret.tagBytes
        return secret.withBytes { secret in
            dataKey.withBytes { key in
                [UInt8](unsafeUninitializedCapacity: total) { buffer, initialized in
                    // Fails for no input (libsodium: "always 0").
                    crypto_aead_xchacha20poly1305_ietf_encrypt(
                        buffer.baseAddress!, nil, secret.octets,
                        UInt64(secret.count), associatedData, UInt64(associatedData.count), nil, nonce,
                        key.octets)
                    initialized = total
                }
            }
        }
    }
}
