internal import CSodium
internal import Kernel

/// SHA-256 over libsodium: whole at once, or as chunks come.
package struct SHA256: Sendable {
    private var state = crypto_hash_sha256_state()

    package init() { crypto_hash_sha256_init(&state) }

    package mutating func update(_ bytes: [UInt8]) {
        crypto_hash_sha256_update(&state, bytes, UInt64(bytes.count))
    }

    /// The 32 bytes of the digest. Afterwards this value is used up.
    package mutating func finish() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        crypto_hash_sha256_final(&state, &digest)
        return digest
    }

    package static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        crypto_hash_sha256(&digest, bytes, UInt64(bytes.count))
        return digest
    }

    /// In lower-case hexadecimal.
    package static func hex(_ bytes: [UInt8]) -> String { Hex.encode(digest(bytes)) }

    /// RFC 2104 with a key of any length.
    static func authenticate(_ text: String, key: [UInt8]) -> [UInt8] {
        var state = crypto_auth_hmacsha256_state()
        crypto_auth_hmacsha256_init(&state, key, key.count)
        let bytes = Array(text.utf8)
        crypto_auth_hmacsha256_update(&state, bytes, UInt64(bytes.count))
        var digest = [UInt8](repeating: 0, count: 32)
        crypto_auth_hmacsha256_final(&state, &digest)
        return digest
    }
}
