import Testing

@testable import Vault

struct DerivedKeyTests {
    private let keys = VaultKeys.generate()

    @Test func isTheSameForTheSameSignerAndPurpose() {
        let message = Array("message".utf8)
        let one = keys.sealer.derivedKey(for: "cursors").code(of: message)
        #expect(one.count == 32)
        #expect(
            Sealer(kek: VaultKeys.generate().kek.publicKey, signingKey: keys.signingKey)
                .derivedKey(for: "cursors").code(of: message) == one)
        #expect(keys.sealer.derivedKey(for: "other").code(of: message) != one)
        #expect(keys.sealer.derivedKey(for: "cursors").code(of: message + [0]) != one)
        #expect(VaultKeys.generate().sealer.derivedKey(for: "cursors").code(of: message) != one)
    }

    @Test func showsNothing() {
        let key = keys.sealer.derivedKey(for: "cursors")
        #expect(String(reflecting: key).contains("[redacted]"))
    }
}
