/// Where something that looks like a secret is. What it is stays out of every message.
package struct SecretFinding: Sendable, Equatable {
    /// What kind of secret, as in "an AWS access key".
    package let pattern: String
    /// From 1.
    package let line: Int

    package init(pattern: String, line: Int) {
        self.pattern = pattern
        self.line = line
    }
}

/// Finds credentials in text by their form, in one pass over the bytes.
///
/// Tokens with a prefix of their own are told by prefix, alphabet and length; anything else only where it is assigned
/// to a name that says secret and is too random to be prose. Documented examples and placeholders pass.
package enum SecretPatterns {
    package static func first(in content: String) -> SecretFinding? { find(in: content, limit: 1).first }

    package static func all(in content: String) -> [SecretFinding] { find(in: content, limit: .max) }

    private static func find(in content: String, limit: Int) -> [SecretFinding] {
        var findings: [SecretFinding] = []
        let bytes = Array(content.utf8)
        var line = 1
        var start = 0
        while start <= bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            if let pattern = pattern(in: bytes, line: start..<end) {
                findings.append(SecretFinding(pattern: pattern, line: line))
                if findings.count == limit { return findings }
            }
            start = end + 1
            line += 1
        }
        return findings
    }

    private static func pattern(in bytes: [UInt8], line: Range<Int>) -> String? {
        for position in line {
            // A token begins where a word does: "task-…" holds no "sk-…".
            guard SecretToken.first[Int(bytes[position])],
                position == line.lowerBound || !isWord(bytes[position - 1])
            else { continue }
            for token in SecretToken.known where token.matches(bytes, at: position, line: line) { return token.name }
        }
        if PrivateKeyBlock.begins(in: bytes, line: line) { return "a private key" }
        if SecretAssignment.matches(bytes[line]) { return "a password or key" }
        return nil
    }

    static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
