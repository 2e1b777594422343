package import Kernel

/// A value that can be read from a cell.
package protocol SQLDecodable {
    /// Reads PostgreSQL's text output; `nil` when it is something else.
    init?(postgresText text: UnsafeBufferPointer<UInt8>)
    /// What NULL becomes; `nil` where NULL is not allowed.
    static var null: Self? { get }
}

extension SQLDecodable {
    package static var null: Self? { nil }
}

extension Optional: SQLDecodable where Wrapped: SQLDecodable {
    package init?(postgresText text: UnsafeBufferPointer<UInt8>) {
        guard let value = Wrapped(postgresText: text) else { return nil }
        self = .some(value)
    }

    package static var null: Wrapped?? { .some(.none) }
}

/// Enums over text and the like: `extension Status: SQLDecodable {}` is all they need.
extension SQLDecodable where Self: RawRepresentable, RawValue: SQLDecodable {
    package init?(postgresText text: UnsafeBufferPointer<UInt8>) {
        guard let raw = RawValue(postgresText: text) else { return nil }
        self.init(rawValue: raw)
    }
}

extension String: SQLDecodable {
    package init?(postgresText text: UnsafeBufferPointer<UInt8>) { self.init(decoding: text, as: UTF8.self) }
}

extension Int64: SQLDecodable {
    package init?(postgresText text: UnsafeBufferPointer<UInt8>) {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = text.dropFirst(isNegative ? 1 : 0)
        guard !digits.isEmpty else { return nil }
        var value: Int64 = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            // Counted downwards, since the least Int64 has no positive counterpart.
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = tens.subtractingReportingOverflow(Int64(digit - UInt8(ascii: "0")))
            guard !overflow, !overflows else { return nil }
            value = sum
        }
        guard !isNegative else {
            self = value
            return
        }
        guard value != .min else { return nil }
        self = -value
    }
}

extension Int: SQLDecodable {
    package init?(postgresText text: UnsafeBufferPointer<UInt8>) {
        guard let value = Int64(postgresText: text) else { return nil }
        self.init(value)
    }
}

extension Bool: SQLDecodable {
    package init?(postgresText text: UnsafeBufferPointer<UInt8>) {
        guard text.count == 1, text[0] == UInt8(ascii: "t") || text[0] == UInt8(ascii: "f") else { return nil }
        self = text[0] == UInt8(ascii: "t")
    }
}

extension Double: SQLDecodable {
    package init?(postgresText text: UnsafeBufferPointer<UInt8>) { self.init(String(decoding: text, as: UTF8.self)) }
}

extension ID: SQLDecodable {
    package init?(postgresText text: UnsafeBufferPointer<UInt8>) {
        guard text.count == 36 else { return nil }
        var words: (high: UInt64, low: UInt64) = (0, 0)
        var digits = 0
        for character in text where character != UInt8(ascii: "-") {
            guard let digit = Hex.value(of: character), digits < 32 else { return nil }
            if digits < 16 {
                words.high = words.high << 4 | UInt64(digit)
            } else {
                words.low = words.low << 4 | UInt64(digit)
            }
            digits += 1
        }
        guard digits == 32 else { return nil }
        self.init(high: words.high, low: words.low)
    }
}

extension Timestamp: SQLDecodable {
    package init?(postgresText text: UnsafeBufferPointer<UInt8>) { self.init(String(decoding: text, as: UTF8.self)) }
}

/// `json` and `jsonb`.
extension JSON: SQLDecodable {
    package init?(postgresText text: UnsafeBufferPointer<UInt8>) {
        guard let value = try? JSON(parsing: Array(text)) else { return nil }
        self = value
    }
}
