import Kernel
import Testing

@Suite struct IDTests {
    private enum Thing {}
    private let text = "018f4e6a-1234-7abc-8def-0123456789ab"

    @Test func readsAndWrites() throws {
        let id = try #require(ID<Thing>(text))
        #expect(id.description == text)
        #expect(ID<Thing>(text.uppercased()) == id)
        #expect(id.bytes.count == 16)
        #expect(Hex.encode(id.bytes) == text.replacing("-", with: ""))
        #expect(id.high == 0x018F_4E6A_1234_7ABC)
        #expect(id.low == 0x8DEF_0123_4567_89AB)
    }

    @Test(arguments: [
        "", "018f4e6a-1234-7abc-8def-0123456789a", "018f4e6a-1234-7abc-8def-0123456789abc",
        "018f4e6a12347abc8def0123456789ab", "{018f4e6a-1234-7abc-8def-0123456789ab}",
        "018f4e6a-1234-7abc-8def-0123456789ag", "018f4e6a-1234-7abc-8def+0123456789ab",
        "018f4e6a-12347-abc-8def-0123456789ab", "018f4e6a-1234-7abc-8def-0123456789é",
        " 18f4e6a-1234-7abc-8def-0123456789ab", "018f4e6a-1234-7abc-8def-0123456789ab\n",
    ])
    func refusesOtherText(text: String) {
        #expect(ID<Thing>(text) == nil)
    }

    @Test func makesSortableIDs() {
        let time = Timestamp(seconds: 1_700_000_000)
        let id = ID<Thing>.new(at: time)
        #expect(id.high >> 16 == 1_700_000_000_000)
        #expect(id.high >> 12 & 0xF == 7)
        #expect(id.low >> 62 == 0b10)
        #expect(ID<Thing>.new(at: time) < ID<Thing>.new(at: time + .milliseconds(1)))
        #expect(Set((0..<10_000).map { _ in ID<Thing>.new(at: time) }).count == 10_000)
        // A clock before 1970 must not wrap round.
        #expect(ID<Thing>.new(at: Timestamp(seconds: -5)).high >> 16 == 0)
    }

    @Test func derivesTheSameIDFromTheSameHash() {
        let hash = [UInt8](repeating: 0xFF, count: 32)
        let id = ID<Thing>.derived(fromHash: hash)
        #expect(id.description == "ffffffff-ffff-8fff-bfff-ffffffffffff")
        #expect(id == ID<Thing>.derived(fromHash: hash))
        #expect(id != ID<Thing>.derived(fromHash: [0] + hash))
    }

    @Test func namesThePersonalTenantAfterItsUser() {
        let user = UserID.new()
        #expect(TenantID.personal(of: user).description == user.description)
    }
}
