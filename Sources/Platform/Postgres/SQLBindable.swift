package import Kernel

/// A value that can stand in an SQL literal. It travels in PostgreSQL's binary format with its type declared, so the
/// server never parses it, and an overload or comparison that does not fit is an error instead of a cast.
package protocol SQLBindable {
    static var postgresType: PostgresType { get }
    /// Whether text in it contains NUL, which PostgreSQL cannot store.
    var holdsNUL: Bool { get }
    /// Appends the value as the type's binary input function (`…recv`) reads it.
    func encode(to bytes: inout [UInt8])
}

extension SQLBindable {
    package var holdsNUL: Bool { false }
}

/// What can be bound in an array: elements that have an array type, and bytes, whose "array" is a `bytea`.
package protocol SQLArrayElement {
    static var postgresArrayType: PostgresType { get }
    static func holdsNUL(_ array: [Self]) -> Bool
    static func encode(_ array: [Self], to bytes: inout [UInt8])
}

/// Enums over text and the like: `extension Status: SQLBindable {}` is all they need.
extension SQLBindable where Self: RawRepresentable, RawValue: SQLBindable {
    package static var postgresType: PostgresType { RawValue.postgresType }
    package var holdsNUL: Bool { rawValue.holdsNUL }
    package func encode(to bytes: inout [UInt8]) { rawValue.encode(to: &bytes) }
}

extension String: SQLBindable, SQLArrayElement {
    package static var postgresType: PostgresType { .text }
    package static var postgresArrayType: PostgresType { .textArray }
    package var holdsNUL: Bool { utf8.contains(0) }
    package func encode(to bytes: inout [UInt8]) { bytes.append(contentsOf: utf8) }
}

extension Int64: SQLBindable, SQLArrayElement {
    package static var postgresType: PostgresType { .int8 }
    package static var postgresArrayType: PostgresType { .int8Array }
    package func encode(to bytes: inout [UInt8]) { bytes.append(bigEndian: UInt64(bitPattern: self)) }
}

extension Int: SQLBindable, SQLArrayElement {
    package static var postgresType: PostgresType { .int8 }
    package static var postgresArrayType: PostgresType { .int8Array }
    package func encode(to bytes: inout [UInt8]) { Int64(self).encode(to: &bytes) }
}

extension Bool: SQLBindable {
    package static var postgresType: PostgresType { .bool }
    package func encode(to bytes: inout [UInt8]) { bytes.append(self ? 1 : 0) }
}

extension Double: SQLBindable {
    package static var postgresType: PostgresType { .float8 }
    package func encode(to bytes: inout [UInt8]) { bytes.append(bigEndian: bitPattern) }
}

extension ID: SQLBindable, SQLArrayElement {
    package static var postgresType: PostgresType { .uuid }
    package static var postgresArrayType: PostgresType { .uuidArray }
    package func encode(to bytes: inout [UInt8]) {
        bytes.append(bigEndian: high)
        bytes.append(bigEndian: low)
    }
}

extension Timestamp: SQLBindable {
    /// 2000-01-01T00:00:00Z, from which PostgreSQL counts.
    static let postgresEpoch: Int64 = 946_684_800_000_000
    package static var postgresType: PostgresType { .timestamptz }
    package func encode(to bytes: inout [UInt8]) { (microseconds - Self.postgresEpoch).encode(to: &bytes) }
}

/// An `interval` of so many microseconds, without days or months.
extension Duration: SQLBindable {
    package static var postgresType: PostgresType { .interval }
    package func encode(to bytes: inout [UInt8]) {
        let (seconds, attoseconds) = components
        (seconds * 1_000_000 + attoseconds / 1_000_000_000_000).encode(to: &bytes)
        bytes.append(bigEndian: UInt64(0))
    }
}

extension JSON: SQLBindable {
    package static var postgresType: PostgresType { .jsonb }
    package func encode(to bytes: inout [UInt8]) {
        bytes.append(1)  // the version of jsonb's binary format
        bytes.append(contentsOf: self.bytes)
    }
}
