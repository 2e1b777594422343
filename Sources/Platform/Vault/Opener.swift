internal import CSodium

/// What the worker is given: the secret halves of the KEKs in use, and the public halves of those who may seal.
package struct Opener: Sendable {
    private let keks: [KEKID: KEKSecretKey]
    private let verifyKeys: [VerifyKey]
    /// KEKs that are held and not used any more: what is sealed for them was brought back from before a rotation.
    private let outdated: Set<KEKID>
    /// Signs what this process tells the audit; by the newest KEK.
    package let auditSigner: AuditSigner

    /// - Parameters:
    ///   - keks: Oldest first, at least one: one while nothing rotates; the old and the new while records move from one
    ///     to the other.
    ///   - verifyKeys: Every signer whose records are still stored.
    ///   - minimum: The oldest KEK whose records are opened; `nil` opens those of all.
    package init(keks: [KEKSecretKey], verifyKeys: [VerifyKey], minimum: KEKID? = nil) {
        precondition(!keks.isEmpty, "an opener without a key")
        self.keks = Dictionary(keks.map { ($0.publicKey.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.verifyKeys = verifyKeys
        let first = keks.firstIndex { $0.publicKey.id == minimum } ?? 0
        outdated = Set(keks[..<first].map(\.publicKey.id))
        auditSigner = keks[keks.count - 1].auditSigner
    }

    package var kekIDs: Set<KEKID> { Set(keks.keys) }

    /// Whose entries of the audit are to be believed: the signers', and those of workers with one of these KEKs.
    package var auditTrust: AuditTrust {
        var trust = AuditTrust()
        trust.add(signers: verifyKeys)
        trust.add(workers: keks.values.map(\.auditSigner.verifyKey))
        return trust
    }

    /// Opens a record for the identity it was sealed for.
    ///
    /// The signature comes first: bytes that no trusted signer vouches for reach no other primitive.
    package func open(_ sealed: SealedSecret, as identity: SecretIdentity) throws(VaultError) -> SecretBytes {
        let dataKey = try dataKey(of: sealed, as: identity)
        let associatedData = identity.associatedData(algorithm: sealed.alg)
        return try Self.decrypt(sealed, dataKey: dataKey, associatedData: associatedData)
    }

    /// Everything of `open` but the last step.
    func dataKey(of sealed: SealedSecret, as identity: SecretIdentity) throws(VaultError) -> SecretBytes {
        try Self.checkShape(sealed)
        let associatedData = identity.associatedData(algorithm: sealed.alg)
        let signed = SealedSecret.signedBytes(
            associatedData: associatedData, kekID: sealed.kekID, nonce: sealed.nonce, ciphertext: sealed.ciphertext,
            wrapped: sealed.wrapped)
        guard sealed.version == identity.version,
            verifyKeys.contains(where: { $0.verifies(sealed.signature, of: signed) })
        else { throw .untrustedSignature }
        guard let kek = keks[sealed.kekID] else { throw .unknownKEK(sealed.kekID) }
        guard !outdated.contains(sealed.kekID) else { throw .outdatedKEK(sealed.kekID) }
        return try WrappedDataKey.unwrap(sealed.wrapped, with: kek, associatedData: associatedData)
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
