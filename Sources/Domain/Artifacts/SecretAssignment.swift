/// A line that gives a name which says "secret" a value that no person would type.
///
/// Told apart from code that merely handles secrets: the value has to stand there literally, in quotes or as the rest
/// of the line, be long, and be more random than words and identifiers are.
enum SecretAssignment {
    private static let names = [
        "secret", "password", "passwd", "api_key", "apikey", "api-key", "access_key", "accesskey", "private_key",
        "privatekey", "auth_token", "authtoken", "access_token", "accesstoken", "client_secret", "credential",
        "signing_key", "encryption_key",
    ]

    static func matches(_ line: ArraySlice<UInt8>) -> Bool {
        // Long lines are minified code or data; their tokens were looked for by prefix.
        guard line.count <= 1_000, let sign = line.firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == colon }) else {
            return false
        }
        let name = String(decoding: line[..<sign], as: UTF8.self).lowercased()
        guard names.contains(where: name.contains) else { return false }
        guard let value = value(in: line[line.index(after: sign)...]) else { return false }
        return isSecret(value)
    }

    private static let colon = UInt8(ascii: ":")

    /// The literal after the sign: what the first quotes hold, or else the rest of the line if it is one word.
    private static func value(in rest: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let quotes: [UInt8] = [UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`")]
        if let open = rest.firstIndex(where: quotes.contains) {
            let start = rest.index(after: open)
            guard let close = rest[start...].firstIndex(of: rest[open]) else { return nil }
            return rest[start..<close]
        }
        let word = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard !word.contains(where: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ".") }) else { return nil }
        return word.last == 0x0D ? word.dropLast() : word
    }

    private static func isSecret(_ value: ArraySlice<UInt8>) -> Bool {
        guard value.count >= 20, value.allSatisfy(isKeyByte), Randomness.isLikelySecret(value) else { return false }
        let isHex = value.allSatisfy { Hexadecimal.contains($0) }
        // Random hex reaches 4 bits a digit, random base64 of this length about 4.5; words and paths stay below.
        return isHex ? value.count >= 32 : Randomness.entropy(value) >= 4 && mixesCase(value)
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        SecretPatterns.isWord(byte) || "+/=_-.~".utf8.contains(byte)
    }

    private static func mixesCase(_ value: ArraySlice<UInt8>) -> Bool {
        value.contains { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
            && value.contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }

    private enum Hexadecimal {
        static func contains(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                UInt8(ascii: "A")...UInt8(ascii: "F"):
                true
            default: false
            }
        }
    }
}
