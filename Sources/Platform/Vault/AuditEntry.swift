internal import CSodium
package import Kernel

/// What happened to a secret.
package enum AuditAction: String, Sendable, CaseIterable {
    /// A value was sealed: the first of a new secret, or the next version of one.
    case seal
    /// A step, or a check, took the secret to work with. It may make many calls.
    case open
    /// Its data key was wrapped to another KEK.
    case rotate
    case delete
    /// The provider said something about it, such as that it is not valid.
    case mark
}

/// One link of a tenant's audit chain: never changed, never removed.
///
///     hash_n    = BLAKE2b-256(field("vault/v1/audit") ‖ field(tenant) ‖ field(n, 8) ‖ field(hash_{n-1})
///                 ‖ field(action) ‖ field(secret id) ‖ field(version, 8) ‖ field(kek id) ‖ field(record digest)
///                 ‖ field(cause) ‖ field(detail) ‖ field(µs since 1970, 8) ‖ field(signer))
///     signature = Ed25519(sk[signer], field("vault/v1/audit/entry") ‖ field(hash_n))
///
/// with `hash_0` empty and `field` as in `SealedSecret`.
package struct AuditEntry: Sendable, Equatable {
    package let tenant: TenantID
    /// From 1, without gaps.
    package let sequence: Int64
    package let action: AuditAction
    package let secretID: SecretID
    package let version: Int
    package let kekID: String
    /// `SealedSecret.digest` of the record after the action; empty, as `kekID` is, when it is deleted.
    package let recordDigest: [UInt8]
    /// Who or what had it done: a person's id or a job's, in 16 bytes; empty for an operator's command.
    package let cause: [UInt8]
    /// What else there is to know, such as the status that was set; empty mostly.
    package let detail: String
    package let at: Timestamp
    /// Whose key signs: `sign:<id>` or `kek:<id>`.
    package let signer: String

    package init(
        tenant: TenantID, sequence: Int64, action: AuditAction, secretID: SecretID, version: Int, kekID: String,
        recordDigest: [UInt8], cause: [UInt8], detail: String, at: Timestamp, signer: String
    ) {
        self.tenant = tenant
        self.sequence = sequence
        self.action = action
        self.secretID = secretID
        self.version = version
        self.kekID = kekID
        self.recordDigest = recordDigest
        self.cause = cause
        self.detail = detail
        self.at = at
        self.signer = signer
    }

    /// 32 bytes.
    package func hash(after previous: [UInt8]) -> [UInt8] {
        var data = LengthPrefixed()
        data.append("vault/v1/audit".utf8)
        data.append(tenant.bytes)
        data.append(bigEndian: sequence)
        data.append(previous)
        data.append(action.rawValue.utf8)
        data.append(secretID.bytes)
        data.append(bigEndian: Int64(version))
        data.append(kekID.utf8)
        data.append(recordDigest)
        data.append(cause)
        data.append(detail.utf8)
        data.append(bigEndian: at.microseconds)
        data.append(signer.utf8)
        return Sodium.digest(data.bytes)
    }

    static func signedBytes(_ hash: [UInt8]) -> [UInt8] {
        var data = LengthPrefixed()
        data.append("vault/v1/audit/entry".utf8)
        data.append(hash)
        return data.bytes
    }
}

extension SealedSecret {
    /// BLAKE2b-256 of the signature, which covers the whole record: names this record and no other.
    package var digest: [UInt8] { Sodium.digest(signature) }
}

extension Sodium {
    /// BLAKE2b-256.
    static func digest(_ bytes: [UInt8]) -> [UInt8] {
        start()
        let count = Int(crypto_generichash_BYTES)
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            crypto_generichash(buffer.baseAddress!, count, bytes, UInt64(bytes.count), nil, 0)
            initialized = count
        }
    }
}
