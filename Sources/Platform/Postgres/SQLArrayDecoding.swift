package import Kernel

/// What can be read as an array: elements in PostgreSQL's `{…}` notation, and bytes, whose "array" is a `bytea`.
package protocol SQLArrayDecodable {
    static func decode(arrayText text: UnsafeBufferPointer<UInt8>) -> [Self]?
}

extension Array: SQLDecodable where Element: SQLArrayDecodable {
    package init?(postgresText text: UnsafeBufferPointer<UInt8>) {
        guard let elements = Element.decode(arrayText: text) else { return nil }
        self = elements
    }
}

extension UInt8: SQLArrayDecodable {
    /// `\x` and hexadecimal digits, as `bytea_output = hex` (the default) writes them.
    package static func decode(arrayText text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard text.count >= 2, text.count % 2 == 0, text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x") else {
            return nil
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2 - 1)
        for index in stride(from: 2, to: text.count, by: 2) {
            guard let high = Hex.value(of: text[index]), let low = Hex.value(of: text[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}

extension String: SQLArrayDecodable {}
extension Int64: SQLArrayDecodable {}
extension Int: SQLArrayDecodable {}
extension ID: SQLArrayDecodable {}

extension SQLArrayDecodable where Self: SQLDecodable {
    /// `{a,"b \"c\"",d}`: one dimension; a NULL element is no element of ours.
    package static func decode(arrayText text: UnsafeBufferPointer<UInt8>) -> [Self]? {
        guard text.count >= 2, text.first == UInt8(ascii: "{"), text.last == UInt8(ascii: "}") else { return nil }
        var elements: [Self] = []
        var position = 1
        let end = text.count - 1
        while position < end {
            var element: [UInt8] = []
            let isQuoted = text[position] == UInt8(ascii: "\"")
            if isQuoted { position += 1 }
            while position < end {
                let byte = text[position]
                if isQuoted ? byte == UInt8(ascii: "\"") : byte == UInt8(ascii: ",") { break }
                if byte == UInt8(ascii: "{") && !isQuoted { return nil }
                if byte == UInt8(ascii: "\\") { position += 1 }
                guard position < end else { return nil }
                element.append(text[position])
                position += 1
            }
            if isQuoted {
                guard position < end else { return nil }
                position += 1
            } else if element.elementsEqual("NULL".utf8) {
                return nil
            }
            guard let value = element.withUnsafeBufferPointer({ Self(postgresText: $0) }) else { return nil }
            elements.append(value)
            guard position == end || text[position] == UInt8(ascii: ",") else { return nil }
            position += 1
        }
        return elements
    }
}
