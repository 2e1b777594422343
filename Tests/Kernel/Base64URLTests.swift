import Kernel
import Testing

@Suite struct Base64URLTests {
    /// RFC 4648 §10, without padding, and the two characters that differ from plain Base64.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"), ("\u{FB}\u{FF}", "w7vDvw"),
    ])
    func encodesAndDecodes(text: String, encoded: String) {
        #expect(Base64URL.encode(Array(text.utf8)) == encoded)
        #expect(Base64URL.decode(encoded) == Array(text.utf8))
    }

    @Test func usesTheURLSafeAlphabet() {
        #expect(Base64URL.encode([0xFB, 0xFF, 0xBF]) == "-_-_")
        #expect(Base64URL.decode("-_-_") == [0xFB, 0xFF, 0xBF])
    }

    @Test func bringsEveryLengthBack() {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
    }

    /// Padding, the other alphabet, impossible lengths, stray bits (two spellings of one value), and other characters.
    @Test(arguments: ["Zg==", "Zg=", "+/+/", "A", "AAAAA", "Zh", "Zm9", "Zm 9v", "Zm9v\n", "Zé", "\0\0\0\0"])
    func refusesOtherText(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }
}
