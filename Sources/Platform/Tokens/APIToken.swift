package import Kernel

/// A token of our own for programs: `swt_`, 43 random characters and a checksum of 6, all of the alphabet 0-9 A-Z a-z.
///
/// Any scanner can tell one (`\bswt_[0-9A-Za-z]{49}\b`), and rule out look-alikes by the checksum: CRC-32 of all that
/// stands before it, in base 62, as GitHub's tokens have it. Whoever mistypes one is told without a look at the database.
///
/// 43 characters are 256 bits of randomness. So the SHA-256 that is stored in the token's place needs neither salt nor
/// stretching: those protect what people think of, and nobody can go through 2^256 tokens.
package struct APIToken: Sendable {
    /// The whole token, to be shown once.
    package let secret: Redacted<String>

    package static let prefix = "swt_"
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    private static let randomCharacters = 43
    private static let checksumCharacters = 6

    /// A new one, from the system's generator, which on Linux is `getrandom`.
    package static func generate() -> APIToken {
        var generator = SystemRandomNumberGenerator()
        let random = (0..<randomCharacters).map { _ in alphabet.randomElement(using: &generator)! }
        let start = Array(prefix.utf8) + random
        return APIToken(secret: Redacted(String(decoding: start + checksum(of: start), as: UTF8.self)))
    }

    /// `nil` for what was never one of ours: another prefix, length or alphabet, or a character mistyped.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        let length = Self.prefix.utf8.count + Self.randomCharacters
        guard bytes.count == length + Self.checksumCharacters, text.hasPrefix(Self.prefix),
            bytes[length...].elementsEqual(Self.checksum(of: Array(bytes[..<length])))
        else { return nil }
        secret = Redacted(text)
    }

    private init(secret: Redacted<String>) { self.secret = secret }

    /// What is stored and looked for: SHA-256, 32 bytes.
    package var digest: [UInt8] { SHA256Digest.of(secret.value) }

    /// Enough to recognise it by: the prefix and four of its 43 characters.
    package var hint: String { String(secret.value.prefix(Self.prefix.count + 4)) }

    private static func checksum(of bytes: [UInt8]) -> [UInt8] {
        var value = CRC32.of(bytes)
        var digits: [UInt8] = []
        for _ in 0..<checksumCharacters {
            digits.append(alphabet[Int(value % 62)])
            value /= 62
        }
        return digits.reversed()
    }
}

/// CRC-32 as in ISO-HDLC, zlib and PNG.
enum CRC32 {
    static func of(_ bytes: [UInt8]) -> UInt32 {
        var register: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            register ^= UInt32(byte)
            for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ 0xEDB8_8320 : register >> 1 }
        }
        return ~register
    }
}
