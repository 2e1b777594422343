internal import CSodium

/// A record's data key, sealed to a KEK and tied to the record by a digest.
///
/// Separate from the ciphertext, so that a change of KEK wraps the same data key again and leaves the ciphertext alone.
enum WrappedDataKey {
    static let keyBytes = Int(crypto_aead_xchacha20poly1305_ietf_KEYBYTES)
    private static let digestBytes = Int(crypto_generichash_BYTES)
    private static let plainBytes = keyBytes + digestBytes
    static let wrappedBytes = plainBytes + Int(crypto_box_sealbytes())

    static func wrap(_ dataKey: borrowing SecretBytes, to kek: KEKPublicKey, associatedData: [UInt8]) -> [UInt8] {
        let digest = digest(associatedData, kek.id)
        let plain = SecretBytes(count: plainBytes) { buffer in
            dataKey.withBytes { buffer.copyMemory(from: $0) }
            UnsafeMutableRawBufferPointer(rebasing: buffer[keyBytes...]).copyBytes(from: digest)
        }
        return plain.withBytes { plain in
            [UInt8](unsafeUninitializedCapacity: wrappedBytes) { buffer, initialized in
                let sealed = crypto_box_seal(
                    buffer.baseAddress!, plain.octets, UInt64(plain.count),
                    kek.key)
                precondition(sealed == 0, "a public key of small order passed its check")
                initialized = wrappedBytes
            }
        }
    }

    static func unwrap(
        _ wrapped: [UInt8], with kek: KEKSecretKey, associatedData: [UInt8]
    ) throws(VaultError) -> SecretBytes {
        guard wrapped.count == wrappedBytes else { throw .malformed(field: "wrapped key") }
        let plain = try SecretBytes(count: plainBytes) { buffer throws(VaultError) in
            let opened = kek.secret.bytes.withBytes { secret in
                crypto_box_seal_open(
                    buffer.octets, wrapped, UInt64(wrapped.count),
                    kek.publicKey.key, secret.octets)
            }
            guard opened == 0 else { throw .cannotUnwrap }
        }
        let expected = digest(associatedData, kek.publicKey.id)
        return try plain.withBytes { plain throws(VaultError) in
            guard sodium_memcmp(plain.baseAddress! + keyBytes, expected, digestBytes) == 0 else { throw .cannotUnwrap }
            return SecretBytes(copying: UnsafeRawBufferPointer(rebasing: plain[..<keyBytes]))
        }
    }

    /// BLAKE2b-256 of the associated data and the KEK's id. The former has a fixed number of fields, so the seam
    /// between the two cannot be moved.
    private static func digest(_ associatedData: [UInt8], _ kekID: KEKID) -> [UInt8] {
        let input = associatedData + Array(kekID.text.utf8)
        return [UInt8](unsafeUninitializedCapacity: digestBytes) { buffer, initialized in
            crypto_generichash(buffer.baseAddress!, digestBytes, input, UInt64(input.count), nil, 0)
            initialized = digestBytes
        }
    }
}
