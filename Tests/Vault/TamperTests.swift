import Kernel
import Testing

@testable import Vault

/// What somebody can try who writes to the database, or holds some of the keys.
struct TamperTests {
    let keys = VaultKeys.generate()

    @Test func everyFieldOfTheIdentityCounts() throws {
        let sealed = try seal("sk-secret", by: keys)
        let others: [SecretIdentity] = [
            identity(tenant: TenantID(high: 9, low: 2)), identity(tenant: TenantID(high: 1, low: 9)),
            identity(secretID: SecretID(high: 9, low: 4)), identity(secretID: SecretID(high: 3, low: 9)),
            identity(version: 2), identity(version: 0), identity(provider: "openai"), identity(provider: ""),
            identity(origin: "https://api.anthropic.com.evil.example"), identity(origin: "http://api.anthropic.com"),
        ]
        for other in others {
            #expect(refusal(of: sealed, by: keys.opener, as: other) == .untrustedSignature)
            // A version column that was changed along with it helps nobody.
            #expect(
                refusal(of: sealed.with(version: other.version), by: keys.opener, as: other) == .untrustedSignature)
        }
        #expect(refusal(of: sealed.with(version: 2), by: keys.opener) == .untrustedSignature)
        #expect(refusal(of: sealed.with(alg: "xchacha20poly1305"), by: keys.opener) == .unknownAlgorithm)
        #expect(try open(sealed, by: keys.opener) == "sk-secret")
    }

    /// The signature is one of three locks. With it made anew, as a thief of the signing key could, the others hold.
    @Test func everyFieldOfTheIdentityCountsWithoutTheSignatureToo() throws {
        let sealed = try seal("sk-secret", by: keys)
        for other in [
            identity(tenant: TenantID(high: 9, low: 2)), identity(secretID: SecretID(high: 3, low: 9)),
            identity(version: 2), identity(provider: "openai"), identity(origin: "https://evil.example"),
        ] {
            let moved = resigned(sealed.with(version: other.version), as: other)
            #expect(refusal(of: moved, by: keys.opener, as: other) == .cannotUnwrap)
        }
    }

    /// A data key that its thief wrapped again for another identity does not open the ciphertext there.
    @Test func aRewrappedDataKeyDoesNotMoveTheCiphertext() throws {
        let sealed = try seal("sk-secret", by: keys)
        let data = identity().associatedData(algorithm: sealed.alg)
        let dataKey = try WrappedDataKey.unwrap(sealed.wrapped, with: keys.kek, associatedData: data)
        let other = identity(tenant: TenantID(high: 9, low: 2))
        let wrapped = WrappedDataKey.wrap(
            dataKey, to: keys.kek.publicKey, associatedData: other.associatedData(algorithm: sealed.alg))
        let moved = resigned(sealed.with(wrapped: wrapped), as: other)
        #expect(refusal(of: moved, by: keys.opener, as: other) == .cannotDecrypt)
    }

    @Test func everyBitOfEveryFieldCounts() throws {
        let sealed = try seal("sk-secret", by: keys)
        func flips(_ field: [UInt8]) -> [[UInt8]] {
            (0..<field.count * 8).map { bit in
                var flipped = field
                flipped[bit / 8] ^= 1 << UInt8(bit % 8)
                return flipped
            }
        }
        let opener = keys.opener
        for nonce in flips(sealed.nonce) {
            #expect(refusal(of: sealed.with(nonce: nonce), by: opener) == .untrustedSignature)
            #expect(refusal(of: resigned(sealed.with(nonce: nonce)), by: opener) == .cannotDecrypt)
        }
        for ciphertext in flips(sealed.ciphertext) {
            #expect(refusal(of: sealed.with(ciphertext: ciphertext), by: opener) == .untrustedSignature)
            #expect(refusal(of: resigned(sealed.with(ciphertext: ciphertext)), by: opener) == .cannotDecrypt)
        }
        for wrapped in flips(sealed.wrapped) {
            #expect(refusal(of: sealed.with(wrapped: wrapped), by: opener) == .untrustedSignature)
        }
        for signature in flips(sealed.signature) {
            #expect(refusal(of: sealed.with(signature: signature), by: opener) == .untrustedSignature)
        }
    }

    @Test func fieldsOfOtherLengthsAreRefused() throws {
        let sealed = try seal("sk-secret", by: keys)
        func shapes(_ field: [UInt8]) -> [[UInt8]] {
            [[], Array(field.dropLast()), Array(field.dropFirst()), field + [0], [0] + field, field + field]
        }
        for nonce in shapes(sealed.nonce) {
            #expect(refusal(of: sealed.with(nonce: nonce), by: keys.opener) == .malformed(field: "nonce"))
        }
        for wrapped in shapes(sealed.wrapped) {
            #expect(refusal(of: sealed.with(wrapped: wrapped), by: keys.opener) == .malformed(field: "wrapped key"))
        }
        for signature in shapes(sealed.signature) {
            #expect(refusal(of: sealed.with(signature: signature), by: keys.opener) == .malformed(field: "signature"))
        }
        for count in [0, 1, 15, 65_536 + 17] {
            let ciphertext = [UInt8](repeating: 0, count: count)
            let cut = sealed.with(ciphertext: ciphertext)
            #expect(refusal(of: cut, by: keys.opener) == .malformed(field: "ciphertext"))
            #expect(refusal(of: resigned(cut), by: keys.opener) == .malformed(field: "ciphertext"))
        }
        let cut = sealed.with(ciphertext: Array(sealed.ciphertext.dropLast()))
        #expect(refusal(of: resigned(cut), by: keys.opener) == .cannotDecrypt)
    }

    @Test func anotherTenantsRecordDoesNotReplay() throws {
        let mine = identity()
        let theirs = identity(tenant: TenantID(high: 7, low: 7), secretID: SecretID(high: 8, low: 8))
        let sealed = try seal("their key", by: keys, as: theirs)
        #expect(refusal(of: sealed, by: keys.opener, as: mine) == .untrustedSignature)
        // Nor does a mixture of two genuine records.
        let own = try seal("my key", by: keys, as: mine)
        let mixtures = [
            own.with(wrapped: sealed.wrapped), own.with(nonce: sealed.nonce, ciphertext: sealed.ciphertext),
            own.with(signature: sealed.signature), sealed.with(signature: own.signature),
        ]
        for mixture in mixtures { #expect(refusal(of: mixture, by: keys.opener, as: mine) == .untrustedSignature) }
    }

    @Test func anOlderVersionDoesNotReplay() throws {
        let old = try seal("old", by: keys, as: identity(version: 1))
        #expect(refusal(of: old, by: keys.opener, as: identity(version: 2)) == .untrustedSignature)
    }

    @Test func anotherKEKDoesNotOpen() throws {
        let sealed = try seal("sk-secret", by: keys)
        let trusted = [keys.signingKey.verifyKey]
        let sameName = Opener(keks: [.generate(id: keys.kek.publicKey.id)], verifyKeys: trusted)
        #expect(refusal(of: sealed, by: sameName) == .cannotUnwrap)
        let otherName = Opener(keks: [.generate(id: KEKID("kek-9")!)], verifyKeys: trusted)
        #expect(refusal(of: sealed, by: otherName) == .unknownKEK(keys.kek.publicKey.id))
    }

    /// The same key under another name is another KEK: the name is bound to the data key and signed.
    @Test func theKEKsNameCounts() throws {
        let seed = try #require(copyOfKEK(id: KEKID("kek-2")!))
        let opener = Opener(keks: [keys.kek, seed], verifyKeys: [keys.signingKey.verifyKey])
        let renamed = try seal("sk-secret", by: keys).with(kekID: KEKID("kek-2")!)
        #expect(refusal(of: renamed, by: opener) == .untrustedSignature)
        #expect(refusal(of: resigned(renamed), by: opener) == .cannotUnwrap)
    }

    @Test func anotherSignerIsNotTrusted() throws {
        let mallory = VaultKeys.generate()
        let planted = try Sealer(kek: keys.kek.publicKey, signingKey: mallory.signingKey)
            .seal(SecretBytes(copying: "planted".utf8), as: identity())
        #expect(refusal(of: planted, by: keys.opener) == .untrustedSignature)
        #expect(refusal(of: planted, by: Opener(keks: [keys.kek], verifyKeys: [])) == .untrustedSignature)
        let both = Opener(keks: [keys.kek], verifyKeys: [keys.signingKey.verifyKey, mallory.signingKey.verifyKey])
        #expect(try open(planted, by: both) == "planted")
    }

    @Test func errorsSayNothingOfTheSecret() throws {
        let sealed = try seal("sk-secret", by: keys)
        let errors: [VaultError] = [
            .secretTooLarge(bytes: 1), .unknownAlgorithm, .malformed(field: "nonce"), .unknownKEK(sealed.kekID),
            .untrustedSignature, .cannotUnwrap, .cannotDecrypt,
        ]
        for error in errors {
            #expect(!"\(error) \(String(reflecting: error))".contains("sk-secret"))
        }
    }

    private func resigned(_ sealed: SealedSecret, as identity: SecretIdentity = identity()) -> SealedSecret {
        let signed = SealedSecret.signedBytes(
            associatedData: identity.associatedData(algorithm: sealed.alg), kekID: sealed.kekID, nonce: sealed.nonce,
            ciphertext: sealed.ciphertext, wrapped: sealed.wrapped)
        return sealed.with(signature: keys.signingKey.sign(signed))
    }

    private func copyOfKEK(id: KEKID) -> KEKSecretKey? {
        KEKSecretKey(id: id, secret: keys.kek.secret.bytes.withBytes { SecretBytes(copying: $0) })
    }
}
