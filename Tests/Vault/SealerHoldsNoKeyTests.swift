import Testing

@testable import Vault

/// The API tier can seal and cannot open: by what it is given, not by good manners.
struct SealerHoldsNoKeyTests {
    let keys = VaultKeys.generate()

    /// Every type that can be reached from a sealer. A secret KEK among them would end promise 2.
    @Test func noSecretKEKIsReachable() {
        var types: Set<String> = []
        func visit(_ value: Any) {
            types.insert(String(describing: type(of: value)))
            for child in Mirror(reflecting: value).children { visit(child.value) }
        }
        visit(keys.sealer)
        #expect(types.isDisjoint(with: ["KEKSecretKey", "Opener", "VaultKeys"]))
        #expect(types.isSuperset(of: ["Sealer", "KEKPublicKey", "SigningKey", "VerifyKey", "SecretBox"]))
    }

    /// Each run of 32 bytes that the sealer holds, tried as the secret KEK.
    @Test func nothingItHoldsOpensWhatItSealed() throws {
        let sealed = try seal("sk-secret", by: keys)
        let id = keys.kek.publicKey.id
        var held: [[UInt8]] = [keys.sealer.kek.key, keys.signingKey.verifyKey.key]
        held.append(keys.signingKey.seed.bytes.withBytes { Array($0) })
        for bytes in held {
            let kek = KEKSecretKey(id: id, secret: SecretBytes(copying: bytes))!
            let opener = Opener(keks: [kek], verifyKeys: [keys.signingKey.verifyKey])
            #expect(refusal(of: sealed, by: opener) == .cannotUnwrap)
        }
        #expect(try open(sealed, by: keys.opener) == "sk-secret")
    }
}
