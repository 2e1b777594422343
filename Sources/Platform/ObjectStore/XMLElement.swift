/// An element of an S3 answer: names and text, no attributes.
struct XMLElement: Equatable {
    var name: String
    var text = ""
    var children: [XMLElement] = []

    subscript(_ name: String) -> String? { children.first { $0.name == name }?.text }

    func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }
}

/// What this scanner does not read: anything but elements, text and the five named and numeric references.
struct XMLError: Error, Equatable {}

/// A strict scanner for the XML that S3 speaks. No DOCTYPE, so no entities to expand; comments and CDATA are refused too.
struct XMLScanner {
    private let bytes: [UInt8]
    private var position = 0

    static func parse(_ bytes: [UInt8]) throws(XMLError) -> XMLElement {
        var scanner = XMLScanner(bytes: bytes)
        return try scanner.document()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func document() throws(XMLError) -> XMLElement {
        _ = skip([0xef, 0xbb, 0xbf])
        skipSpace()
        if skip(Array("<?xml".utf8)) { _ = try take(until: Array("?>".utf8)) }
        skipSpace()
        let root = try element(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw XMLError() }
        return root
    }

    private mutating func element(depth: Int) throws(XMLError) -> XMLElement {
        guard depth < 16, skip([60]) else { throw XMLError() }
        var tag = try take(until: [62])
        let isEmpty = tag.last == 47
        if isEmpty { tag.removeLast() }
        let name = tag.prefix { !Self.isSpace($0) }
        guard let first = name.first, Self.isNameStart(first), !tag.contains(60) else { throw XMLError() }
        var element = XMLElement(name: String(decoding: name, as: UTF8.self))
        guard !isEmpty else { return element }
        var text: [UInt8] = []
        while true {
            guard position < bytes.count else { throw XMLError() }
            if bytes[position] != 60 {
                try takeText(into: &text)
            } else if skip([60, 47]) {
                let closing = try take(until: [62])
                guard closing.prefix(while: { !Self.isSpace($0) }).elementsEqual(name) else { throw XMLError() }
                guard let valid = String(validating: text, as: UTF8.self) else { throw XMLError() }
                element.text = valid
                return element
            } else {
                element.children.append(try self.element(depth: depth + 1))
            }
        }
    }

    private mutating func takeText(into text: inout [UInt8]) throws(XMLError) {
        while position < bytes.count, bytes[position] != 60 {
            if skip([38]) {
                text.append(contentsOf: try Self.character(try take(until: [59])).utf8)
            } else {
                text.append(bytes[position])
                position += 1
            }
        }
    }

    private static func character(_ reference: ArraySlice<UInt8>) throws(XMLError) -> String {
        let name = String(decoding: reference, as: UTF8.self)
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            let isHex = name.hasPrefix("#x")
            guard name.hasPrefix("#"), name.utf8.count <= 10,
                let value = UInt32(name.dropFirst(isHex ? 2 : 1), radix: isHex ? 16 : 10),
                let scalar = Unicode.Scalar(value), value > 0
            else { throw XMLError() }
            return String(scalar)
        }
    }

    private mutating func take(until end: [UInt8]) throws(XMLError) -> ArraySlice<UInt8> {
        let start = position
        while position + end.count <= bytes.count {
            if bytes[position...].starts(with: end) {
                defer { position += end.count }
                return bytes[start..<position]
            }
            position += 1
        }
        throw XMLError()
    }

    private mutating func skip(_ prefix: [UInt8]) -> Bool {
        guard bytes[position...].starts(with: prefix) else { return false }
        position += prefix.count
        return true
    }

    private mutating func skipSpace() {
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }

    private static func isNameStart(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
    }
}
