package import Kernel

/// Cells written into JSON straight from libpq's buffer, without a `String` in between. NULL becomes `null`.
extension JSONWriter {
    /// Any text, escaped where it must be.
    package mutating func text(_ cell: Cell) {
        guard !cell.isNull else { return null() }
        cell.withUTF8 { text($0) }
    }

    /// Text that needs no escaping by construction: ids, enum cases.
    package mutating func plain(_ cell: Cell) {
        guard !cell.isNull else { return null() }
        cell.withUTF8 { plain($0) }
    }

    /// What is JSON already: `jsonb` and integers.
    package mutating func raw(_ cell: Cell) {
        guard !cell.isNull else { return null() }
        cell.withUTF8 { raw($0) }
    }

    package mutating func bool(_ cell: Cell) {
        guard !cell.isNull else { return null() }
        bool(cell.withUTF8 { $0.first == UInt8(ascii: "t") })
    }

    /// A `timestamptz` as RFC 3339, in the very form of `Timestamp.description`.
    package mutating func timestamp(_ cell: Cell) {
        guard !cell.isNull else { return null() }
        cell.withUTF8 { bytes in
            guard let text = RFC3339(postgresText: bytes) else { return self.text(bytes) }
            text.withBytes { plain($0) }
        }
    }
}

/// `2026-11-20 12:00:00.123+00` turned into `2026-11-20T12:00:00.123000Z`, on the stack.
struct RFC3339 {
    private typealias Words = (UInt64, UInt64, UInt64, UInt64)
    private static let length = 27
    private var storage: Words = (0, 0, 0, 0)

    /// - Parameter bytes: a time in UTC as a session with `timezone = UTC` and `datestyle = ISO` writes it.
    /// - Returns: `nil` for anything else: infinity, years before Christ or past 9999, another zone.
    init?(postgresText bytes: UnsafeBufferPointer<UInt8>) {
        let count = bytes.count
        guard count >= 22, count <= 29, count != 23, bytes[10] == UInt8(ascii: " "),
            bytes[count - 3] == UInt8(ascii: "+"), bytes[count - 2] == UInt8(ascii: "0"),
            bytes[count - 1] == UInt8(ascii: "0"), count == 22 || bytes[19] == UInt8(ascii: ".")
        else { return nil }
        withUnsafeMutableBytes(of: &storage) { text in
            for index in 0..<19 { text[index] = bytes[index] }
            text[10] = UInt8(ascii: "T")
            text[19] = UInt8(ascii: ".")
            for index in 20..<26 { text[index] = index < count - 3 ? bytes[index] : UInt8(ascii: "0") }
            text[26] = UInt8(ascii: "Z")
        }
    }

    func withBytes(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        withUnsafeBytes(of: storage) { text in
            text.withMemoryRebound(to: UInt8.self) { body(UnsafeBufferPointer(rebasing: $0[..<Self.length])) }
        }
    }
}
