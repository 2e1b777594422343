internal import Vault

/// Takes a secret out of the bytes of a JSON body before anything else reads them.
enum SecretField {
    /// The string that the outermost object has under `name`, its escapes resolved; in the body it becomes asterisks, so
    /// that what parses the rest never sees it.
    ///
    /// - Returns: `nil` when there is no such string; parsing says what is wrong then. A byte that no key has (a control
    ///   character, or one beyond ASCII, however written) may come out as any other such byte.
    static func take(_ name: StaticString, from body: inout [UInt8]) -> SecretBytes? {
        guard let value = find(name, in: body) else { return nil }
        let secret = SecretBytes(capacity: value.count) { buffer in
            var count = 0
            var position = value.lowerBound
            while position < value.upperBound {
                buffer[count] = unescape(body, &position, value.upperBound)
                count += 1
            }
            return count
        }
        for index in value { body[index] = UInt8(ascii: "*") }
        return secret
    }

    /// Overwrites a body that may have held a secret in a place where none belongs.
    static func wipe(_ body: inout [UInt8]) {
        for index in body.indices { body[index] = 0 }
    }

    /// Where the value stands between its quotes.
    private static func find(_ name: StaticString, in body: [UInt8]) -> Range<Int>? {
        var depth = 0
        var position = 0
        while position < body.count {
            switch body[position] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "\""):
                guard let end = closingQuote(of: position, in: body) else { return nil }
                let text = position + 1..<end
                position = end
                guard depth == 1, name.withUTF8Buffer({ body[text].elementsEqual($0) }) else { break }
                let colon = skipSpace(from: end + 1, in: body)
                guard colon < body.count, body[colon] == UInt8(ascii: ":") else { break }
                let start = skipSpace(from: colon + 1, in: body)
                guard start < body.count, body[start] == UInt8(ascii: "\"") else { return nil }
                return closingQuote(of: start, in: body).map { start + 1..<$0 }
            default: break
            }
            position += 1
        }
        return nil
    }

    private static func closingQuote(of start: Int, in body: [UInt8]) -> Int? {
        var position = start + 1
        while position < body.count {
            if body[position] == UInt8(ascii: "\"") { return position }
            position += body[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    private static func skipSpace(from start: Int, in body: [UInt8]) -> Int {
        var position = start
        while position < body.count, [0x20, 0x09, 0x0A, 0x0D].contains(body[position]) { position += 1 }
        return position
    }

    private static let unfit: UInt8 = 0xFF

    private static func unescape(_ body: [UInt8], _ position: inout Int, _ end: Int) -> UInt8 {
        let byte = body[position]
        position += 1
        guard byte == UInt8(ascii: "\\"), position < end else { return byte }
        let kind = body[position]
        position += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return kind
        case UInt8(ascii: "u"):
            let digits = body[position..<min(position + 4, end)]
            position += digits.count
            let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
            return code.flatMap { $0 < 0x7F ? UInt8($0) : nil } ?? unfit
        default: return unfit
        }
    }
}
