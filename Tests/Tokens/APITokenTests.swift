import Kernel
import Testing

@testable import Tokens

@Suite("API tokens")
struct APITokenTests {
    @Test("a token is its prefix, 43 random characters and 6 of a checksum, and no two are alike")
    func form() {
        let tokens = (0..<200).map { _ in APIToken.generate().secret.value }
        #expect(Set(tokens).count == 200)
        for token in tokens { #expect(token.wholeMatch(of: /swt_[0-9A-Za-z]{49}/) != nil) }
        // Every character of the alphabet comes up.
        #expect(Set(tokens.joined().dropFirst(4)).count >= 62)
    }

    @Test("what was generated is read back, with the same digest")
    func roundTrip() throws {
        let token = APIToken.generate()
        let read = try #require(APIToken(token.secret.value))
        #expect(read.digest == token.digest && read.digest.count == 32)
        #expect(token.secret.value.hasPrefix(token.hint) && token.hint.count == 8)
        #expect(!"\(token)".contains(token.secret.value.dropFirst(8)))
    }

    @Test("the checksum is CRC-32 as zlib has it, in base 62 with leading zeros")
    func knownChecksum() {
        #expect(CRC32.of(Array("123456789".utf8)) == 0xCBF4_3926)
        let start = "swt_" + String(repeating: "0", count: 43)
        // python3: zlib.crc32(start), six digits of base 62.
        #expect(APIToken(start + "2XgcTK") != nil)
    }

    @Test("any single character that is mistyped is noticed, and any two that change places")
    func mistakes() {
        let token = Array(APIToken.generate().secret.value)
        for index in token.indices {
            var wrong = token
            wrong[index] = token[index] == "x" ? "y" : "x"
            #expect(APIToken(String(wrong)) == nil, "\(index)")
            guard index > 0, token[index] != token[index - 1] else { continue }
            wrong = token
            wrong.swapAt(index, index - 1)
            #expect(APIToken(String(wrong)) == nil, "\(index) swapped")
        }
        for wrong in ["", "swt_", String(token.dropLast()), String(token) + "0", " " + String(token), "swt_é"] {
            #expect(APIToken(wrong) == nil)
        }
    }
}
