internal import CSodium

/// Signs entries of the audit, in the name of whoever makes them: so that database access alone cannot write any.
package struct AuditSigner: Sendable {
    /// As entries name it.
    package let name: String
    private let key: SigningKey

    init(name: String, key: SigningKey) {
        self.name = name
        self.key = key
    }

    /// For the hash of an entry whose `signer` is `name`.
    package func sign(_ hash: [UInt8]) -> [UInt8] { key.sign(AuditEntry.signedBytes(hash)) }

    var verifyKey: VerifyKey { key.verifyKey }
}

/// The public keys that entries may be signed with, by the signer's name.
package struct AuditTrust: Sendable {
    private var keys: [String: VerifyKey] = [:]

    package init() {}

    /// Trusts those who seal records.
    package mutating func add(signers: [VerifyKey]) {
        for key in signers { keys["sign:\(key.id)"] = key }
    }

    /// Trusts the workers that hold, or held, a KEK with the id of each key.
    package mutating func add(workers: [VerifyKey]) {
        for key in workers { keys["kek:\(key.id)"] = key }
    }

    package func accepts(_ signature: [UInt8], of hash: [UInt8], by signer: String) -> Bool {
        keys[signer]?.verifies(signature, of: AuditEntry.signedBytes(hash)) ?? false
    }
}

extension Sealer {
    /// The API signs what it does to secrets with the key that it signs records with.
    package var auditSigner: AuditSigner { AuditSigner(name: "sign:\(signingKey.verifyKey.id)", key: signingKey) }
}

extension KEKSecretKey {
    /// A worker holds no key that vouches for records, and must not. It signs entries with an Ed25519 key derived from the
    /// KEK's secret half: seed = BLAKE2b-256(key: secret, "vault/v1/audit-key" ‖ KEK id).
    package var auditSigner: AuditSigner {
        let label = Array("vault/v1/audit-key".utf8) + Array(publicKey.id.text.utf8)
        let seed = SecretBytes(count: Int(crypto_sign_SEEDBYTES)) { buffer in
            secret.bytes.withBytes { secret in
                _ = crypto_generichash(
                    buffer.octets, buffer.count, label, UInt64(label.count), secret.octets, secret.count)
            }
        }
        return AuditSigner(name: "kek:\(publicKey.id)", key: SigningKey(id: publicKey.id, seed: seed)!)
    }
}
