import Kernel
import Testing

struct CursorsTests {
    /// Keyed, if not well: enough to tell one key and one message from another.
    private static func cursors(key: UInt64) -> Cursors {
        Cursors { message in
            var hash = key
            for byte in message { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            return (0..<16).map { UInt8(truncatingIfNeeded: hash.rotatedLeft($0 * 5)) }
        }
    }

    @Test func givesBackWhatItSealed() throws {
        let cursors = Self.cursors(key: 7)
        for place in [["a"], ["2026-11-20T12:00:00.000000Z", "b"], [], ["\"\u{0}é"]] {
            #expect(try cursors.open(cursors.seal(place, of: "list"), of: "list") == place)
        }
    }

    @Test func refusesWhatIsNotOfItsList() {
        let cursors = Self.cursors(key: 7)
        let cursor = cursors.seal(["a"], of: "list one")
        #expect(throws: Problem.foreignCursor) { try cursors.open(cursor, of: "list two") }
        #expect(throws: Problem.foreignCursor) { try cursors.open(cursor, of: "list on") }
        #expect(throws: Problem.foreignCursor) { try Self.cursors(key: 8).open(cursor, of: "list one") }
    }

    @Test func refusesWhatWasMadeUpOrChanged() throws {
        let cursors = Self.cursors(key: 7)
        let cursor = cursors.seal(["a"], of: "list")
        let bytes = try #require(Base64URL.decode(cursor))
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            #expect(throws: Problem.foreignCursor) { try cursors.open(Base64URL.encode(changed), of: "list") }
        }
        for made in [
            "", "x", "AAAA", "\u{0}", cursor + "A", String(cursor.dropLast()), Base64URL.encode(bytes.prefix(16)),
        ] {
            #expect(throws: Problem.foreignCursor, "\(made)") { try cursors.open(made, of: "list") }
        }
    }
}

extension UInt64 {
    fileprivate func rotatedLeft(_ count: Int) -> UInt64 {
        self << UInt64(count % 64) | self >> UInt64((64 - count % 64) % 64)
    }
}
