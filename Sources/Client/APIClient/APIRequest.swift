package import HTTPClient
package import Kernel

/// One call of the API.
package struct APIRequest: Sendable {
    package var method: String
    /// From the first slash on, already encoded.
    package var path: String
    package var query: [(name: String, value: String)]
    package var body: JSON?
    package var headers: [(String, String)]
    package var accept: String
    /// An answer of one piece is over in seconds; a stream has no such limit.
    package var timeouts: ClientRequest.Timeouts

    package init(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [], body: JSON? = nil,
        headers: [(String, String)] = [], accept: String = "application/json",
        timeouts: ClientRequest.Timeouts = .init(connect: .seconds(10), firstByte: .seconds(30), total: .seconds(60))
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.headers = headers
        self.accept = accept
        self.timeouts = timeouts
    }

    /// The path with its query.
    var target: String {
        guard !query.isEmpty else { return path }
        return path + "?" + query.map { "\($0.name)=\(Self.encoded($0.value))" }.joined(separator: "&")
    }

    /// Percent-encoded, everything but unreserved characters (RFC 3986 §2.3); with `slashes`, those stay too.
    package static func encoded(_ text: String, slashes: Bool = false) -> String {
        var result = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            let isUnreserved =
                byte < 0x80
                && (scalar.properties.isAlphabetic || (48...57).contains(byte) || "-._~".contains(Character(scalar)))
            if isUnreserved || (slashes && byte == UInt8(ascii: "/")) {
                result.unicodeScalars.append(scalar)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return result
    }
}

/// What the server answered, whole.
package struct APIAnswer: Sendable {
    package let status: Int
    package let headers: [(String, String)]
    package let bytes: [UInt8]

    package func header(_ name: String) -> String? {
        headers.first { $0.0.lowercased() == name.lowercased() }?.1
    }

    /// - Throws: `APIFailure.notUnderstood` when the body is not JSON.
    package func json() throws(APIFailure) -> JSON {
        do { return try JSON(parsing: bytes) } catch { throw .notUnderstood("its answer is not JSON") }
    }
}
