/// What keeps a caller's text from becoming a header, or a request, of its own (RFC 9110 §5).
enum MessageRules {
    /// Headers that decide where a message ends; only the client itself writes them.
    private static let framing: Set<String> = ["content-length", "transfer-encoding", "connection", "te", "upgrade"]

    static func check(_ request: ClientRequest) throws(HTTPClientError) {
        guard isToken(request.method) else { throw .badHeader }
        for (name, value) in request.headers {
            guard isToken(name), isValue(value), !framing.contains(name.lowercased()) else { throw .badHeader }
        }
    }

    static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    /// No control characters but the tab; so neither CR, LF nor NUL.
    static func isValue(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
    }
}
