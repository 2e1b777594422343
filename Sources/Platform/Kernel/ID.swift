/// A 128-bit identifier that knows what it identifies, so that a feature's id cannot be passed for a tenant's.
///
/// Written as a lower-case UUID. New ids are UUIDv7 (RFC 9562 §5.7): they sort by time of creation.
package struct ID<Subject>: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A new UUIDv7: 48 bits of Unix milliseconds, then 74 random bits.
    package static func new(at time: Timestamp = .now) -> ID {
        var random = SystemRandomNumberGenerator()
        let milliseconds = UInt64(max(0, time.microseconds / 1_000))
        let high = milliseconds << 16 | 0x7000 | (random.next() & 0x0FFF)
        let low = 0x8000_0000_0000_0000 | (random.next() & 0x3FFF_FFFF_FFFF_FFFF)
        return ID(high: high, low: low)
    }

    /// A UUIDv8 (RFC 9562 §5.8) made of the first 122 usable bits of `hash`, which must hold at least 16 bytes.
    package static func derived(fromHash hash: [UInt8]) -> ID {
        precondition(hash.count >= 16, "an id needs 16 bytes of hash")
        let bytes = ID(bytes: hash[0..<16])
        return ID(
            high: bytes.high & 0xFFFF_FFFF_FFFF_0FFF | 0x8000,
            low: bytes.low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
    }

    /// Reads the canonical 36-character form, in either case; anything else is `nil`.
    package init?(_ text: some StringProtocol) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var digits = 0
        var position = 0
        for byte in text.utf8 {
            if position == 8 || position == 13 || position == 18 || position == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
            } else {
                guard let digit = Hex.value(of: byte), digits < 32 else { return nil }
                if digits < 16 { high = high << 4 | UInt64(digit) } else { low = low << 4 | UInt64(digit) }
                digits += 1
            }
            position += 1
        }
        guard position == 36, digits == 32 else { return nil }
        self.init(high: high, low: low)
    }

    private init(bytes: ArraySlice<UInt8>) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (offset, byte) in bytes.enumerated() {
            if offset < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt64(byte) }
        }
        self.init(high: high, low: low)
    }

    /// The sixteen bytes in network order.
    package var bytes: [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: high >> (56 - 8 * UInt64($0))) }
            + (0..<8).map { UInt8(truncatingIfNeeded: low >> (56 - 8 * UInt64($0))) }
    }

    package var description: String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var position = 0
            for nibble in 0..<32 {
                if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 {
                    buffer[position] = UInt8(ascii: "-")
                    position += 1
                }
                let word = nibble < 16 ? high : low
                buffer[position] = Hex.digit(UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (nibble & 15))) & 15)
                position += 1
            }
            return 36
        }
    }

    package static func < (left: ID, right: ID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

package enum TenantSubject {}
package enum UserSubject {}
package enum RequestSubject {}

package typealias TenantID = ID<TenantSubject>
package typealias UserID = ID<UserSubject>
package typealias RequestID = ID<RequestSubject>

extension ID where Subject == TenantSubject {
    /// The tenant of one person: its id is the person's.
    package static func personal(of user: UserID) -> TenantID { TenantID(high: user.high, low: user.low) }
}
