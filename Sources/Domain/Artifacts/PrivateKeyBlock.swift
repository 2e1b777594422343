/// A private key in PEM (RFC 7468) or OpenPGP armour (RFC 9580 §6).
enum PrivateKeyBlock {
    private static let dashes = Array("-----BEGIN ".utf8)
    private static let words = Array("PRIVATE KEY".utf8)

    /// Whether a key's header stands on the line and key material follows; code that only names the header may.
    static func begins(in bytes: [UInt8], line: Range<Int>) -> Bool {
        guard line.count >= dashes.count + words.count else { return false }
        guard let header = find(dashes, in: bytes, from: line.lowerBound, to: line.upperBound),
            let name = find(words, in: bytes, from: header, to: line.upperBound)
        else { return false }
        return hasMaterial(bytes[(name + words.count)...])
    }

    /// Forty characters of base64 within the next few hundred, past the armour's end, breaks (written out as `\n`
    /// too), quotes and headers.
    private static func hasMaterial(_ bytes: ArraySlice<UInt8>) -> Bool {
        var run = 0
        for byte in bytes.prefix(400) {
            if SecretPatterns.isWord(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/") {
                run += 1
                if run == 40 { return true }
            } else {
                run = 0
            }
        }
        return false
    }

    private static func find(_ needle: [UInt8], in bytes: [UInt8], from start: Int, to end: Int) -> Int? {
        guard end - start >= needle.count else { return nil }
        return (start...(end - needle.count)).first { bytes[$0..<$0 + needle.count].elementsEqual(needle) }
    }
}
