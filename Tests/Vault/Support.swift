import Kernel

@testable import Vault

/// An identity with every field set; tests change one at a time.
func identity(
    tenant: TenantID = TenantID(high: 1, low: 2), secretID: SecretID = SecretID(high: 3, low: 4), version: Int = 1,
    provider: String = "anthropic", origin: String = "https://api.anthropic.com"
) -> SecretIdentity {
    SecretIdentity(tenant: tenant, secretID: secretID, version: version, provider: provider, origin: origin)
}

extension SealedSecret {
    /// The record with some of its fields exchanged, as somebody with access to the database could.
    func with(
        kekID: KEKID? = nil, alg: String? = nil, nonce: [UInt8]? = nil, ciphertext: [UInt8]? = nil,
        wrapped: [UInt8]? = nil, signature: [UInt8]? = nil, version: Int? = nil
    ) -> SealedSecret {
        SealedSecret(
            kekID: kekID ?? self.kekID, alg: alg ?? self.alg, nonce: nonce ?? self.nonce,
            ciphertext: ciphertext ?? self.ciphertext, wrapped: wrapped ?? self.wrapped,
            signature: signature ?? self.signature, version: version ?? self.version)
    }
}

func seal(_ text: String, by keys: VaultKeys, as identity: SecretIdentity = identity()) throws -> SealedSecret {
    try keys.sealer.seal(SecretBytes(copying: text.utf8), as: identity)
}

/// The opened text, for comparing.
func open(_ sealed: SealedSecret, by opener: Opener, as identity: SecretIdentity = identity()) throws -> String {
    let secret = try opener.open(sealed, as: identity)
    return secret.withBytes { String(decoding: $0, as: UTF8.self) }
}

func refusal(of sealed: SealedSecret, by opener: Opener, as identity: SecretIdentity = identity()) -> VaultError? {
    do throws(VaultError) {
        _ = try opener.open(sealed, as: identity)
        return nil
    } catch {
        return error
    }
}
