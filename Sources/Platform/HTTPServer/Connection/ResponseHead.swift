internal import Kernel

/// Writes a response's head.
struct ResponseHead {
    enum Framing {
        case none
        case length(Int)
        case chunked
        /// The end of the connection ends the body: all that HTTP/1.0 knows.
        case close
    }

    let status: Int
    let headers: HTTPHeaders
    let framing: Framing
    let id: RequestID
    let closes: Bool

    /// - Returns: false when a header's name or value could break out of its line; then nothing is appended.
    func append(to bytes: inout [UInt8], date: [UInt8]) -> Bool {
        let start = bytes.count
        bytes.append(contentsOf: HTTPStatus.line(status))
        bytes.append(contentsOf: date)
        Self.append("x-request-id: ", to: &bytes)
        Self.append(id, to: &bytes)
        Self.append("\r\n", to: &bytes)
        Self.append(Self.guards, to: &bytes)
        var hasCacheControl = false
        var hasPolicy = false
        for (name, value) in headers.fields {
            if Self.isOurs(name) { continue }
            switch name.utf8.count {
            case 13 where ASCII.matches(name.utf8, "cache-control"): hasCacheControl = true
            case 23 where ASCII.matches(name.utf8, "content-security-policy"): hasPolicy = true
            default: break
            }
            guard Self.append(name, value, to: &bytes) else {
                bytes.removeSubrange(start...)
                return false
            }
        }
        if !hasCacheControl { Self.append("cache-control: no-store\r\n", to: &bytes) }
        if !hasPolicy { Self.append(Self.policy, to: &bytes) }
        switch framing {
        case .none: break
        case .length(let length):
            Self.append("content-length: ", to: &bytes)
            Self.append(length, to: &bytes)
            Self.append("\r\n", to: &bytes)
        case .chunked: Self.append("transfer-encoding: chunked\r\n", to: &bytes)
        case .close: break
        }
        if closes { Self.append("connection: close\r\n", to: &bytes) }
        Self.append("\r\n", to: &bytes)
        return true
    }

    /// What holds for every answer: its type is what it says, no other origin embeds it, no address is passed on.
    private static let guards: StaticString =
        "x-content-type-options: nosniff\r\nreferrer-policy: no-referrer\r\ncross-origin-resource-policy: same-origin\r\n"

    /// For what is not a page: should a browser show it after all, it runs and loads nothing.
    private static let policy: StaticString =
        "content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n"

    static func append(_ text: StaticString, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    static func append(_ number: Int, to bytes: inout [UInt8]) {
        let start = bytes.count
        var left = number
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(left % 10))
            left /= 10
        } while left > 0
        bytes[start...].reverse()
    }

    static func append(hexadecimal number: Int, to bytes: inout [UInt8]) {
        let digits = max(1, (Int.bitWidth - number.leadingZeroBitCount + 3) / 4)
        for digit in (0..<digits).reversed() {
            bytes.append(Hex.digit(UInt8(truncatingIfNeeded: number >> (4 * digit)) & 15))
        }
    }

    private static func append(_ id: RequestID, to bytes: inout [UInt8]) {
        for nibble in 0..<32 {
            if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 { bytes.append(UInt8(ascii: "-")) }
            let word = nibble < 16 ? id.high : id.low
            bytes.append(Hex.digit(UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (nibble & 15))) & 15))
        }
    }

    private static func append(_ name: String, _ value: String, to bytes: inout [UInt8]) -> Bool {
        let start = bytes.count
        bytes.append(contentsOf: name.utf8)
        guard bytes.count > start, bytes[start...].allSatisfy(ASCII.isToken) else { return false }
        append(": ", to: &bytes)
        let valueStart = bytes.count
        bytes.append(contentsOf: value.utf8)
        guard bytes[valueStart...].allSatisfy(ASCII.isFieldValue) else { return false }
        append("\r\n", to: &bytes)
        return true
    }

    /// Headers that only the server can get right.
    private static func isOurs(_ name: String) -> Bool {
        let name = name.utf8
        return switch name.count {
        case 4: ASCII.matches(name, "date")
        case 10: ASCII.matches(name, "connection")
        case 12: ASCII.matches(name, "x-request-id")
        case 14: ASCII.matches(name, "content-length")
        case 15: ASCII.matches(name, "referrer-policy")
        case 17: ASCII.matches(name, "transfer-encoding")
        case 22: ASCII.matches(name, "x-content-type-options")
        case 28: ASCII.matches(name, "cross-origin-resource-policy")
        default: false
        }
    }
}
