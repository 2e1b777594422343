internal import Kernel

/// How long a request's body is, whether the connection outlives it, and the other things that its headers tell the
/// server rather than a handler.
struct MessageFraming: Sendable {
    enum Body: Sendable, Equatable {
        case none
        case fixed(Int)
        case chunked
    }

    private(set) var body = Body.none
    private(set) var isHTTP10 = false
    private(set) var keepsAlive = true
    private(set) var expectsContinue = false
    private(set) var requestID: RequestID?
    private(set) var host: Span?

    init(_ head: UnsafeBufferPointer<UInt8>, layout: HeadLayout) throws(Problem) {
        guard layout.major == 1, layout.minor <= 1 else { throw .versionNotSupported }
        isHTTP10 = layout.minor == 0
        var length: Int?
        var isChunked = false
        var wantsClose = false
        for field in layout.fields {
            let name = head[field.name.range]
            let value = head[field.value.range]
            switch name.count {
            case 4 where ASCII.matches(name, "host"):
                guard host == nil else { throw .malformed("There is more than one Host header.") }
                guard Self.isHost(value) else { throw .malformed("The Host header is not a host.") }
                host = field.value
            case 6 where ASCII.matches(name, "expect"):
                guard ASCII.matches(value, "100-continue") else { throw .expectationFailed }
                expectsContinue = !isHTTP10
            case 10 where ASCII.matches(name, "connection"):
                wantsClose = wantsClose || Self.list(value, contains: "close")
            case 12 where ASCII.matches(name, "x-request-id"):
                requestID = RequestID(String(decoding: value, as: UTF8.self))
            case 14 where ASCII.matches(name, "content-length"):
                // Even two that agree: the next reader may join them into a list (RFC 9110 §8.6).
                guard length == nil else { throw .malformed("There is more than one Content-Length header.") }
                length = try Self.length(value)
            case 17 where ASCII.matches(name, "transfer-encoding"):
                guard !isChunked else { throw .malformed("There is more than one Transfer-Encoding header.") }
                guard ASCII.matches(value, "chunked") else {
                    throw .malformed("The only transfer encoding this server reads is chunked, by itself.")
                }
                isChunked = true
            default: break
            }
        }
        guard host != nil || isHTTP10 else { throw .malformed("The Host header is missing.") }
        guard !isChunked || length == nil else {
            throw .malformed("Content-Length and Transfer-Encoding exclude each other.")
        }
        guard !isChunked || !isHTTP10 else { throw .malformed("HTTP/1.0 has no transfer encodings.") }
        keepsAlive = !isHTTP10 && !wantsClose
        if isChunked { body = .chunked } else if let length, length > 0 { body = .fixed(length) }
    }

    private static func length(_ value: Slice<UnsafeBufferPointer<UInt8>>) throws(Problem) -> Int {
        // 18 digits fit an Int64 without overflow.
        guard !value.isEmpty, value.count <= 18, value.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
            throw .malformed("Content-Length is not a number.")
        }
        return value.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// uri-host with an optional port, by its characters (RFC 3986 §3.2.2); no user information.
    private static func isHost(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        !value.isEmpty
            && value.allSatisfy { byte in
                ASCII.isToken(byte) || byte == ASCII.colon || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
            }
    }

    private static func list(_ value: Slice<UnsafeBufferPointer<UInt8>>, contains token: StaticString) -> Bool {
        value.split(separator: UInt8(ascii: ",")).contains { item in
            let trimmed = item.drop { $0 == ASCII.space || $0 == ASCII.tab }
            let end = trimmed.lastIndex { $0 != ASCII.space && $0 != ASCII.tab } ?? trimmed.startIndex
            return !trimmed.isEmpty && ASCII.matches(trimmed[trimmed.startIndex...end], token)
        }
    }
}
