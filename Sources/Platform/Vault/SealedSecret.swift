internal import CSodium

/// A secret as it lies in the database: nothing in it is secret, and none of it can be altered or moved unnoticed.
///
/// How the bytes come about (`len` is 32 bits big-endian, `‖` joins; sizes in bytes):
///
///     field(x)   = len(x) ‖ x
///     aad        = field("vault/v1") ‖ field(tenant, 16) ‖ field(secret id, 16) ‖ field(version, 8 big-endian)
///                  ‖ field(provider) ‖ field(base URL origin) ‖ field(alg)
///     dek        = 32 random; nonce = 24 random
///     ciphertext = xchacha20poly1305_ietf(dek, nonce, secret, aad)                       secret + 16
///     wrapped    = crypto_box_seal(dek ‖ BLAKE2b-256(aad ‖ kek_id), pk[kek_id])          32 + 32 + 48 = 112
///     signature  = Ed25519(sk[API], field("vault/v1/record") ‖ field(aad) ‖ field(kek_id) ‖ field(nonce)
///                  ‖ field(ciphertext) ‖ field(wrapped))                                  64
///
/// The digest inside the sealed box ties the data key to its record: a sealed box takes no associated data. The
/// signature says who sealed it: a sealed box does not authenticate its sender.
package struct SealedSecret: Sendable, Equatable {
    /// Which KEK's secret half unwraps the data key.
    package let kekID: KEKID
    /// Names the construction above; a later one gets another name.
    package let alg: String
    package let nonce: [UInt8]
    package let ciphertext: [UInt8]
    package let wrapped: [UInt8]
    package let signature: [UInt8]
    /// The identity's version, kept beside the bytes that only open under it.
    package let version: Int

    /// Takes a record as it was stored. Nothing is checked here: `Opener.open` checks all of it.
    package init(
        kekID: KEKID, alg: String, nonce: [UInt8], ciphertext: [UInt8], wrapped: [UInt8], signature: [UInt8],
        version: Int
    ) {
        self.kekID = kekID
        self.alg = alg
        self.nonce = nonce
        self.ciphertext = ciphertext
        self.wrapped = wrapped
        self.signature = signature
        self.version = version
    }

    package static let algorithm = "xchacha20poly1305_ietf"
    /// A key for an API has some hundred bytes; a service account's JSON a few thousand.
    package static let maximumSecretBytes = 65_536

    static let nonceBytes = Int(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
    static let tagBytes = Int(crypto_aead_xchacha20poly1305_ietf_ABYTES)
    static let signatureBytes = Int(crypto_sign_BYTES)

    /// What the signature covers: every byte of the record and of the identity.
    static func signedBytes(
        associatedData: [UInt8], kekID: KEKID, nonce: [UInt8], ciphertext: [UInt8], wrapped: [UInt8]
    ) -> [UInt8] {
        var data = LengthPrefixed()
        data.append("vault/v1/record".utf8)
        data.append(associatedData)
        data.append(kekID.text.utf8)
        data.append(nonce)
        data.append(ciphertext)
        data.append(wrapped)
        return data.bytes
    }
}
