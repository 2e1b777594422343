/// Why a text is not JSON, and where.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    package let reason: String
    /// Offset of the offending byte from the start of the text.
    package let offset: Int
    package var description: String { "\(reason) at byte \(offset)" }
}

extension JSON {
    /// Reads one JSON value (RFC 8259), strictly: no duplicate names, no trailing text, valid UTF-8, bounded depth.
    ///
    /// - Throws: `JSONError` with the byte offset.
    package init(parsing bytes: [UInt8], maximumDepth: Int = 64) throws(JSONError) {
        var parser = JSONParser(bytes: bytes, depthLeft: maximumDepth)
        self = try parser.document()
    }

    package init(parsing text: String, maximumDepth: Int = 64) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), maximumDepth: maximumDepth)
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    var position = 0
    var depthLeft: Int

    init(bytes: [UInt8], depthLeft: Int) {
        self.bytes = bytes
        self.depthLeft = depthLeft
    }

    mutating func document() throws(JSONError) -> JSON {
        skipSpace()
        let value = try self.value()
        skipSpace()
        guard position == bytes.count else { throw failure("unexpected text after the value") }
        return value
    }

    private func failure(_ reason: String) -> JSONError { JSONError(reason: reason, offset: position) }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func value() throws(JSONError) -> JSON {
        switch current {
        case UInt8(ascii: "{"): return try nested { parser throws(JSONError) in try parser.object() }
        case UInt8(ascii: "["): return try nested { parser throws(JSONError) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"): return try number()
        case nil: throw failure("the text ends too early")
        case let digit? where digit >= 0x30 && digit <= 0x39: return try number()
        default: throw failure("unexpected character")
        }
    }

    private mutating func nested(
        _ body: (inout JSONParser) throws(JSONError) -> JSON
    ) throws(JSONError) -> JSON {
        guard depthLeft > 0 else { throw failure("nested too deeply") }
        depthLeft -= 1
        defer { depthLeft += 1 }
        return try body(&self)
    }

    private mutating func literal(_ text: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        let matches = text.withUTF8Buffer { expected in
            position + expected.count <= bytes.count
                && bytes[position..<position + expected.count].elementsEqual(expected)
        }
        guard matches else { throw failure("unexpected character") }
        position += text.utf8CodeUnitCount
        return value
    }

    private mutating func object() throws(JSONError) -> JSON {
        position += 1
        var members: [(String, JSON)] = []
        var names: Set<String> = []
        skipSpace()
        if current == UInt8(ascii: "}") {
            position += 1
            return .object(JSONObject())
        }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw failure("expected a name in quotes") }
            let name = try string()
            guard names.insert(name).inserted else { throw failure("the name \"\(name.prefix(80))\" appears twice") }
            skipSpace()
            guard current == UInt8(ascii: ":") else { throw failure("expected ':'") }
            position += 1
            skipSpace()
            members.append((name, try value()))
            skipSpace()
            switch current {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "}"):
                position += 1
                return .object(JSONObject(members))
            default: throw failure("expected ',' or '}'")
            }
        }
    }

    private mutating func array() throws(JSONError) -> JSON {
        position += 1
        var items: [JSON] = []
        skipSpace()
        if current == UInt8(ascii: "]") {
            position += 1
            return .array([])
        }
        while true {
            skipSpace()
            items.append(try value())
            skipSpace()
            switch current {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "]"):
                position += 1
                return .array(items)
            default: throw failure("expected ',' or ']'")
            }
        }
    }

    private mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        while let byte = current, byte != 0x22, byte != 0x5C, byte >= 0x20 { position += 1 }
        if current == 0x22 {
            defer { position += 1 }
            return try text(Array(bytes[start..<position]))
        }
        var buffer = Array(bytes[start..<position])
        while true {
            guard let byte = current else { throw failure("the text ends inside quotes") }
            switch byte {
            case 0x22:
                position += 1
                return try text(buffer)
            case 0x5C: try escape(into: &buffer)
            case 0..<0x20: throw failure("a control character must be escaped")
            default:
                buffer.append(byte)
                position += 1
            }
        }
    }

    private func text(_ buffer: [UInt8]) throws(JSONError) -> String {
        guard let text = String(validating: buffer, as: UTF8.self) else { throw failure("not valid UTF-8") }
        return text
    }

    private mutating func escape(into buffer: inout [UInt8]) throws(JSONError) {
        position += 1
        guard let kind = current else { throw failure("the text ends inside quotes") }
        position += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(kind)
        case UInt8(ascii: "b"): buffer.append(0x08)
        case UInt8(ascii: "f"): buffer.append(0x0C)
        case UInt8(ascii: "n"): buffer.append(0x0A)
        case UInt8(ascii: "r"): buffer.append(0x0D)
        case UInt8(ascii: "t"): buffer.append(0x09)
        case UInt8(ascii: "u"):
            var code = try codeUnit()
            if (0xD800..<0xDC00).contains(code), current == 0x5C, position + 1 < bytes.count,
                bytes[position + 1] == 0x75
            {
                position += 2
                let low = try codeUnit()
                guard (0xDC00..<0xE000).contains(low) else { throw failure("half of a surrogate pair") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw failure("half of a surrogate pair") }
            buffer.append(contentsOf: UTF8.encode(scalar)!)
        default: throw failure("unknown escape")
        }
    }

    private mutating func codeUnit() throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Hex.value(of: byte) else { throw failure("expected four hex digits") }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }

    private mutating func number() throws(JSONError) -> JSON {
        let start = position
        var isInteger = true
        if current == UInt8(ascii: "-") { position += 1 }
        let leadingZero = current == UInt8(ascii: "0")
        let integerDigits = digits()
        guard integerDigits > 0 else { throw failure("expected a digit") }
        guard !leadingZero || integerDigits == 1 else { throw failure("a number must not start with 0") }
        if current == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            guard digits() > 0 else { throw failure("expected a digit") }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isInteger = false
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            guard digits() > 0 else { throw failure("expected a digit") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw failure("the number is too large") }
        return .number(value)
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = current, byte >= 0x30, byte <= 0x39 { position += 1 }
        return position - start
    }
}
