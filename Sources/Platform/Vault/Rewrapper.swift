/// What rotation is given: it opens data keys, wraps them to the newest KEK and vouches for the result. Only an operator's
/// command holds this much; the API opens nothing, a worker signs no record.
package struct Rewrapper: Sendable {
    private let opener: Opener
    private let sealer: Sealer

    package init(opener: Opener, sealer: Sealer) {
        self.opener = opener
        self.sealer = sealer
    }

    /// Where records go.
    package var kekID: KEKID { sealer.kek.id }

    package var auditSigner: AuditSigner { sealer.auditSigner }

    /// Checks the record as `Opener.open` does, but for the ciphertext: that stays as it is, unread.
    package func rewrap(_ sealed: SealedSecret, as identity: SecretIdentity) throws(VaultError) -> SealedSecret {
        let dataKey = try opener.dataKey(of: sealed, as: identity)
        return sealer.seal(dataKey, of: sealed, as: identity)
    }

    /// Whether a trusted signer vouches for the record and its data key opens.
    package func check(_ sealed: SealedSecret, as identity: SecretIdentity) throws(VaultError) {
        _ = try opener.dataKey(of: sealed, as: identity)
    }
}

extension Sealer {
    /// The same record with its data key wrapped to this sealer's KEK, signed anew.
    fileprivate func seal(
        _ dataKey: borrowing SecretBytes, of sealed: SealedSecret, as identity: SecretIdentity
    ) -> SealedSecret {
        let associatedData = identity.associatedData(algorithm: sealed.alg)
        let wrapped = WrappedDataKey.wrap(dataKey, to: kek, associatedData: associatedData)
        let signature = signingKey.sign(
            SealedSecret.signedBytes(
                associatedData: associatedData, kekID: kek.id, nonce: sealed.nonce, ciphertext: sealed.ciphertext,
                wrapped: wrapped))
        return SealedSecret(
            kekID: kek.id, alg: sealed.alg, nonce: sealed.nonce, ciphertext: sealed.ciphertext, wrapped: wrapped,
            signature: signature, version: sealed.version)
    }
}
