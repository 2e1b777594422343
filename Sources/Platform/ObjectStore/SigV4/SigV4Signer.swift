internal import Kernel

/// AWS Signature Version 4, for S3: single-chunk payloads and presigned URLs.
///
/// The path is signed as it is sent, encoded once, as S3 alone among AWS's services does.
struct SigV4Signer: Sendable {
    let accessKey: String
    let secretKey: Redacted<String>
    let sessionToken: Redacted<String>?
    let region: String
    private let service = "s3"

    init(accessKey: String, secretKey: Redacted<String>, sessionToken: Redacted<String>? = nil, region: String) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
        self.region = region
    }

    static let emptyPayload = SHA256.hex([])
    static let unsignedPayload = "UNSIGNED-PAYLOAD"

    /// A request as it goes on the wire. `path` is encoded, `query` is not.
    struct Message {
        var method: String
        var host: String
        var path: String
        var query: [(String, String)] = []
        var headers: [(String, String)] = []
    }

    /// The headers to send: the message's own, those that signing adds, and `Authorization` over all of them.
    func sign(_ message: Message, payloadHash: String, at time: Timestamp) -> [(String, String)] {
        let moment = Moment(time)
        var sent = message.headers
        sent.append(("x-amz-content-sha256", payloadHash))
        sent.append(("x-amz-date", moment.full))
        if let sessionToken { sent.append(("x-amz-security-token", sessionToken.value)) }
        let headers = CanonicalHeaders(sent + [("host", message.host)])
        let signature = signature(
            of: message, query: PercentEncoding.query(message.query), headers: headers, payloadHash: payloadHash,
            at: moment)
        sent.append(
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope(moment)), SignedHeaders=\(headers.names), "
                    + "Signature=\(signature)"
            ))
        return sent
    }

    /// The query, encoded, that makes the message good for `expires` seconds without headers.
    func presign(_ message: Message, expires: Int, at time: Timestamp) -> String {
        let moment = Moment(time)
        let headers = CanonicalHeaders([("host", message.host)])
        var items = message.query
        items.append(("X-Amz-Algorithm", "AWS4-HMAC-SHA256"))
        items.append(("X-Amz-Credential", "\(accessKey)/\(scope(moment))"))
        items.append(("X-Amz-Date", moment.full))
        items.append(("X-Amz-Expires", String(expires)))
        items.append(("X-Amz-SignedHeaders", headers.names))
        if let sessionToken { items.append(("X-Amz-Security-Token", sessionToken.value)) }
        let query = PercentEncoding.query(items)
        let signature = signature(
            of: message, query: query, headers: headers, payloadHash: Self.unsignedPayload, at: moment)
        return query + "&X-Amz-Signature=" + signature
    }

    private func scope(_ moment: Moment) -> String { "\(moment.day)/\(region)/\(service)/aws4_request" }

    private func signature(
        of message: Message, query: String, headers: CanonicalHeaders, payloadHash: String, at moment: Moment
    ) -> String {
        let request = [message.method, message.path, query, headers.lines, headers.names, payloadHash]
            .joined(separator: "\n")
        let text = [
            "AWS4-HMAC-SHA256", moment.full, scope(moment), SHA256.hex(Array(request.utf8)),
        ].joined(separator: "\n")
        var key = Array("AWS4\(secretKey.value)".utf8)
        for part in [moment.day, region, service, "aws4_request"] { key = SHA256.authenticate(part, key: key) }
        return Hex.encode(SHA256.authenticate(text, key: key))
    }
}

/// `20130524T000000Z` and `20130524`.
private struct Moment {
    let full: String
    let day: String

    init(_ time: Timestamp) {
        let digits = time.description.prefix { $0 != "." }.filter { $0 != "-" && $0 != ":" }
        full = digits + "Z"
        day = String(digits.prefix(8))
    }
}

private struct CanonicalHeaders {
    /// `name:value` each on a line of its own, sorted.
    let lines: String
    let names: String

    init(_ headers: [(String, String)]) {
        let sorted = headers.map { ($0.0.lowercased(), Self.collapsed($0.1)) }.sorted { $0.0 < $1.0 }
        lines = sorted.map { "\($0.0):\($0.1)\n" }.joined()
        names = sorted.map(\.0).joined(separator: ";")
    }

    /// Without blanks at the ends, and one blank for several inside.
    private static func collapsed(_ value: String) -> String {
        value.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
    }
}
