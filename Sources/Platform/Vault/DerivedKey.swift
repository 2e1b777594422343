internal import CSodium

/// A key that every process with the same signing key has, for recognising what one of them has given out.
///
/// It cannot be turned back into the signing key, and no two purposes share one.
package struct DerivedKey: Sendable {
    private let key: SecretBox

    /// BLAKE2b-256(key: seed, "vault/v1/derived/" ‖ purpose).
    init(from seed: SecretBox, purpose: String) {
        let label = Array("vault/v1/derived/\(purpose)".utf8)
        key = SecretBox(
            SecretBytes(count: Int(crypto_generichash_BYTES)) { buffer in
                seed.bytes.withBytes { seed in
                    _ = crypto_generichash(
                        buffer.octets, buffer.count, label, UInt64(label.count), seed.octets, seed.count)
                }
            })
    }

    /// A MAC of 32 bytes: BLAKE2b-256 keyed with it, which needs no HMAC around it (RFC 7693 §1).
    package func code(of message: [UInt8]) -> [UInt8] {
        let count = Int(crypto_generichash_BYTES)
        return key.bytes.withBytes { key in
            [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
                // Fails for no input of these sizes.
                crypto_generichash(buffer.baseAddress!, count, message, UInt64(message.count), key.octets, key.count)
                initialized = count
            }
        }
    }
}

extension Sealer {
    /// A key for one purpose, the same in every process that signs with this one's signing key.
    package func derivedKey(for purpose: String) -> DerivedKey { DerivedKey(from: signingKey.seed, purpose: purpose) }
}
