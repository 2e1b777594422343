internal import CSodium

/// What the worker is given: the secret halves of the KEKs in use, and the public halves of those who may seal.
package struct Opener: Sendable {
    private let keks: [KEKID: KEKSecretKey]
    private let verifyKeys: [VerifyKey]

    /// - Parameters:
    ///   - keks: One while nothing rotates; the old and the new while records move from one to the other.
    ///   - verifyKeys: Every signer whose records are still stored.
    package init(keks: [KEKSecretKey], verifyKeys: [VerifyKey]) {
        self.keks = Dictionary(keks.map { ($0.publicKey.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.verifyKeys = verifyKeys
    }

    package var kekIDs: Set<KEKID> { Set(keks.keys) }

    /// Opens a record for the identity it was sealed for.
    ///
    /// The signature comes first: bytes that no trusted signer vouches for reach no other primitive.
    package func open(_ sealed: SealedSecret, as identity: SecretIdentity) throws(VaultError) -> SecretBytes {
        try Self.checkShape(sealed)
        let associatedData = identity.associatedData(algorithm: sealed.alg)
        let signed = SealedSecret.signedBytes(
            associatedData: associatedData, kekID: sealed.kekID, nonce: sealed.nonce, ciphertext: sealed.ciphertext,
            wrapped: sealed.wrapped)
        guard sealed.version == identity.version,
            verifyKeys.contains(where: { $0.verifies(sealed.signature, of: signed) })
        else { throw .untrustedSignature }
        guard let kek = keks[sealed.kekID] else { throw .unknownKEK(sealed.kekID) }
        let dataKey = try WrappedDataKey.unwrap(sealed.wrapped, with: kek, associatedData: associatedData)
        return try Self.decrypt(sealed, dataKey: dataKey, associatedData: associatedData)
    }

    private static func checkShape(_ sealed: SealedSecret) throws(VaultError) {
        guard sealed.alg == SealedSecret.algorithm else { throw .unknownAlgorithm }
        guard sealed.nonce.count == SealedSecret.nonceBytes else { throw .malformed(field: "nonce") }
        guard sealed.wrapped.count == WrappedDataKey.wrappedBytes else { throw .malformed(field: "wrapped key") }
        guard sealed.signature.count == SealedSecret.signatureBytes else { throw .malformed(field: "signature") }
        let sizes = SealedSecret.tagBytes...SealedSecret.maximumSecretBytes + SealedSecret.tagBytes
        guard sizes.contains(sealed.ciphertext.count) else { throw .malformed(field: "ciphertext") }
    }

    private static func decrypt(
        _ sealed: SealedSecret, dataKey: borrowing SecretBytes, associatedData: [UInt8]
    ) throws(VaultError) -> SecretBytes {
        try SecretBytes(count: sealed.ciphertext.count - SealedSecret.tagBytes) { buffer throws(VaultError) in
            let opened = dataKey.withBytes { key in
                crypto_aead_xchacha20poly1305_ietf_decrypt(
                    buffer.octets, nil, nil, sealed.ciphertext,
                    UInt64(sealed.ciphertext.count), associatedData, UInt64(associatedData.count), sealed.nonce,
                    key.octets)
            }
            guard opened == 0 else { throw .cannotDecrypt }
        }
    }
}
