extension Array: SQLBindable where Element: SQLArrayElement {
    package static var postgresType: PostgresType { Element.postgresArrayType }
    package var holdsNUL: Bool { Element.holdsNUL(self) }
    package func encode(to bytes: inout [UInt8]) { Element.encode(self, to: &bytes) }
}

/// `[UInt8]` is a `bytea`.
extension UInt8: SQLArrayElement {
    package static var postgresArrayType: PostgresType { .bytea }
    package static func holdsNUL(_ array: [UInt8]) -> Bool { false }
    package static func encode(_ array: [UInt8], to bytes: inout [UInt8]) { bytes.append(contentsOf: array) }
}

/// One dimension, no NULLs, as `array_recv` reads it.
extension SQLArrayElement where Self: SQLBindable {
    package static func holdsNUL(_ array: [Self]) -> Bool { array.contains { $0.holdsNUL } }

    package static func encode(_ array: [Self], to bytes: inout [UInt8]) {
        bytes.append(bigEndian: UInt32(array.isEmpty ? 0 : 1))  // dimensions
        bytes.append(bigEndian: UInt32(0))  // no element is NULL
        bytes.append(bigEndian: postgresType.oid)
        guard !array.isEmpty else { return }
        bytes.append(bigEndian: UInt32(array.count))
        bytes.append(bigEndian: UInt32(1))  // the lower bound
        for element in array {
            let start = bytes.count
            bytes.append(bigEndian: UInt32(0))
            element.encode(to: &bytes)
            let length = UInt32(bytes.count - start - 4)
            for octet in 0..<4 { bytes[start + octet] = UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32(octet))) }
        }
    }
}

extension [UInt8] {
    mutating func append<Word: FixedWidthInteger>(bigEndian word: Word) {
        Swift.withUnsafeBytes(of: word.bigEndian) { append(contentsOf: $0) }
    }
}
