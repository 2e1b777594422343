import Kernel
import Testing

@Suite struct HexTests {
    @Test(arguments: [([], ""), ([0], "00"), ([0xDE, 0xAD, 0x0F], "dead0f")] as [([UInt8], String)])
    func encodesAndDecodes(bytes: [UInt8], text: String) {
        #expect(Hex.encode(bytes) == text)
        #expect(Hex.decode(text) == bytes)
        #expect(Hex.decode(text.uppercased()) == bytes)
    }

    @Test(arguments: ["0", "0g", "abc", "0x00", " 00", "é0"])
    func refusesOtherText(text: String) {
        #expect(Hex.decode(text) == nil)
    }
}
