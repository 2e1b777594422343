/// The name of a key: 1 to 64 lower-case letters, digits, dots, hyphens and underscores. Not secret.
package struct VaultKeyID: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init?(_ text: some StringProtocol) {
        let isPlain = text.utf8.allSatisfy { byte in
            (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x30 && byte <= 0x39) || byte == 0x2D || byte == 0x2E
                || byte == 0x5F
        }
        guard (1...64).contains(text.utf8.count), isPlain else { return nil }
        self.text = String(text)
    }

    package var description: String { text }
}

/// The name of a key-encryption key; each sealed record carries the one it was sealed for.
package typealias KEKID = VaultKeyID
