/// Status lines, made once.
enum HTTPStatus {
    /// `HTTP/1.1 200 OK` with its line end, by status minus 100.
    static let lines: [[UInt8]] = (100..<600).map { Array("HTTP/1.1 \($0) \(reasons[$0] ?? "Status")\r\n".utf8) }

    static func line(_ status: Int) -> [UInt8] {
        lines.indices.contains(status - 100) ? lines[status - 100] : lines[400]
    }

    /// Whether a response of this status never has a body (RFC 9110 §6.4.1).
    static func isBodiless(_ status: Int) -> Bool { status == 204 || status == 304 || status < 200 }

    private static let reasons: [Int: String] = [
        100: "Continue", 200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content",
        301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect",
        308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 402: "Payment Required",
        403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable",
        408: "Request Timeout", 409: "Conflict", 410: "Gone", 411: "Length Required", 412: "Precondition Failed",
        413: "Content Too Large", 414: "URI Too Long", 415: "Unsupported Media Type", 416: "Range Not Satisfiable",
        417: "Expectation Failed", 422: "Unprocessable Content", 428: "Precondition Required",
        429: "Too Many Requests", 431: "Request Header Fields Too Large", 500: "Internal Server Error",
        501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
        505: "HTTP Version Not Supported",
    ]
}
