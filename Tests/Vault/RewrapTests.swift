import Testing

@testable import Vault

/// Moving a record from one KEK to the next.
struct RewrapTests {
    private let old = VaultKeys.generate()
    private let new = KEKSecretKey.generate(id: KEKID("kek-2")!)

    private var both: Opener { Opener(keks: [old.kek, new], verifyKeys: [old.signingKey.verifyKey]) }
    private var rewrapper: Rewrapper {
        Rewrapper(opener: both, sealer: Sealer(kek: new.publicKey, signingKey: old.signingKey))
    }

    @Test func onlyTheDataKeysWrappingChanges() throws {
        let sealed = try seal("sk-secret", by: old)
        let moved = try rewrapper.rewrap(sealed, as: identity())
        #expect(moved.kekID == new.publicKey.id)
        #expect(moved.ciphertext == sealed.ciphertext && moved.nonce == sealed.nonce && moved.alg == sealed.alg)
        #expect(moved.wrapped.count == 112 && moved.wrapped != sealed.wrapped)
        #expect(moved.version == sealed.version)
        #expect(try open(moved, by: both) == "sk-secret")
        let newAlone = Opener(keks: [new], verifyKeys: [old.signingKey.verifyKey])
        #expect(try open(moved, by: newAlone) == "sk-secret")
        #expect(refusal(of: sealed, by: newAlone) == .unknownKEK(old.kek.publicKey.id))
        #expect(refusal(of: moved, by: old.opener) == .unknownKEK(new.publicKey.id))
    }

    @Test func whatNobodyVouchesForIsNotMoved() throws {
        let sealed = try seal("sk-secret", by: old)
        let stranger = VaultKeys.generate()
        let planted = try seal("sk-planted", by: stranger)
        #expect(throws: VaultError.untrustedSignature) { try rewrapper.rewrap(planted, as: identity()) }
        #expect(throws: VaultError.untrustedSignature) { try rewrapper.rewrap(sealed, as: identity(version: 2)) }
        #expect(throws: VaultError.untrustedSignature) {
            try rewrapper.rewrap(sealed, as: identity(origin: "https://evil.example"))
        }
    }

    @Test func aRecordFromBeforeARotationIsNotOpened() throws {
        let sealed = try seal("sk-secret", by: old)
        let moved = try rewrapper.rewrap(sealed, as: identity())
        let strict = Opener(
            keks: [old.kek, new], verifyKeys: [old.signingKey.verifyKey], minimum: new.publicKey.id)
        #expect(refusal(of: sealed, by: strict) == .outdatedKEK(old.kek.publicKey.id))
        #expect(try open(moved, by: strict) == "sk-secret")
        let lenient = Opener(
            keks: [old.kek, new], verifyKeys: [old.signingKey.verifyKey], minimum: old.kek.publicKey.id)
        #expect(try open(sealed, by: lenient) == "sk-secret")
    }
}
