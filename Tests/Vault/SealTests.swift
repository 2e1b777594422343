import Kernel
import Testing

@testable import Vault

/// What goes in comes out, for the right identity and nobody else.
struct SealTests {
    let keys = VaultKeys.generate()

    @Test(arguments: [0, 1, 15, 16, 17, 108, 4_096, 65_536]) func sizes(_ count: Int) throws {
        let secret = SecretBytes.random(count: count)
        let sealed = try keys.sealer.seal(secret, as: identity())
        #expect(sealed.ciphertext.count == count + 16)
        #expect(sealed.nonce.count == 24)
        #expect(sealed.wrapped.count == 112)
        #expect(sealed.signature.count == 64)
        let opened = try keys.opener.open(sealed, as: identity())
        let isSame = opened.matches(secret)
        #expect(isSame)
    }

    @Test func secretsAreBounded() {
        #expect(throws: VaultError.secretTooLarge(bytes: 65_537)) {
            try keys.sealer.seal(.random(count: 65_537), as: identity())
        }
    }

    @Test func noTwoRecordsAreAlike() throws {
        let first = try seal("sk-secret", by: keys)
        let second = try seal("sk-secret", by: keys)
        #expect(first.nonce != second.nonce)
        #expect(first.ciphertext != second.ciphertext)
        #expect(first.wrapped != second.wrapped)
        #expect(first.signature != second.signature)
    }

    /// Two identities whose fields join to the same text are still two.
    @Test func fieldsDoNotRunTogether() throws {
        let one = identity(provider: "ab", origin: "c")
        let other = identity(provider: "a", origin: "bc")
        #expect(one.associatedData(algorithm: "x") != other.associatedData(algorithm: "x"))
        #expect(refusal(of: try seal("s", by: keys, as: one), by: keys.opener, as: other) == .untrustedSignature)
    }

    /// The bytes of the record, written out once by hand: another program must be able to read what we store.
    @Test func associatedDataIsAsDocumented() {
        let data = identity(version: 258, provider: "p", origin: "o").associatedData(algorithm: "alg")
        let expected =
            "00000008" + "7661756c742f7631" + "00000010" + "00000000000000010000000000000002" + "00000010"
            + "00000000000000030000000000000004" + "00000008" + "0000000000000102" + "00000001" + "70" + "00000001"
            + "6f"
            + "00000003" + "616c67"
        #expect(Hex.encode(data) == expected)
    }

    @Test func severalKEKsOpenWhatWasSealedForThem() throws {
        let next = VaultKeys.generate(kekID: KEKID("kek-2")!)
        let both = Opener(
            keks: [keys.kek, next.kek], verifyKeys: [keys.signingKey.verifyKey, next.signingKey.verifyKey])
        #expect(both.kekIDs == [KEKID("kek-1")!, KEKID("kek-2")!])
        #expect(try open(seal("old", by: keys), by: both) == "old")
        #expect(try open(seal("new", by: next), by: both) == "new")
    }

    @Test func sealingAndOpeningWorkFromManyTasks() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for turn in 0..<50 {
                        let text = "secret \(task) \(turn)"
                        let opened = try open(seal(text, by: keys), by: keys.opener)
                        #expect(opened == text)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Equal for equal secrets, by one sealer; unlike for anything else, and no plain hash.
    @Test func fingerprintsTellSecretsApartForTheirSealerAlone() {
        let keys = VaultKeys.generate()
        func fingerprint(_ text: String, by keys: VaultKeys) -> [UInt8] {
            keys.sealer.fingerprint(of: SecretBytes(copying: text.utf8))
        }
        let one = fingerprint("sk-one", by: keys)
        #expect(one.count == 32)
        #expect(one == fingerprint("sk-one", by: keys))
        #expect(one != fingerprint("sk-two", by: keys))
        #expect(one != fingerprint("sk-one", by: .generate()))
    }
}
