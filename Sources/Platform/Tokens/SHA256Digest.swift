internal import CSodium

/// SHA-256 (FIPS 180-4).
enum SHA256Digest {
    static func of(_ text: String) -> [UInt8] {
        let input = Array(text.utf8)
        return [UInt8](unsafeUninitializedCapacity: Int(crypto_hash_sha256_BYTES)) { buffer, initialized in
            crypto_hash_sha256(buffer.baseAddress!, input, UInt64(input.count))
            initialized = Int(crypto_hash_sha256_BYTES)
        }
    }
}
