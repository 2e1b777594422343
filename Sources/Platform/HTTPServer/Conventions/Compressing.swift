internal import Compression
internal import Kernel

/// Compresses what GET answers, for clients that ask for gzip (RFC 9110 §12.5.3).
///
/// Never a stream. Never an answer to anything but GET and HEAD: what is shown once, such as a new token, must not share
/// a compressed body with text that others chose (BREACH). Never what has an ETag, which names these bytes and no others.
package struct Compressing: ResponseFinish {
    /// Below it, the wrapper and the work cost more than the bytes.
    package static let threshold = 1_024

    private let gzip = Gzip()

    package init() {}

    package func finish(_ response: Response, to request: Request) async -> Response {
        guard case .bytes(let bytes) = response.body, bytes.count >= Self.threshold,
            response.status == 200, request.method == .get || request.method == .head,
            response.headers["content-type"].map(Self.isText) ?? false, response.headers["etag"] == nil,
            response.headers["content-encoding"] == nil
        else { return response }
        guard Self.isWanted(by: request), let compressed = await gzip.compress(bytes), compressed.count < bytes.count
        else { return response.varying(by: "Accept-Encoding") }
        var smaller = response.varying(by: "Accept-Encoding")
        smaller.headers["content-encoding"] = "gzip"
        smaller.body = .bytes(compressed)
        return smaller
    }

    /// Whether the client takes gzip no less gladly than plain bytes. Without the header it has not asked.
    package static func isWanted(by request: Request) -> Bool {
        guard let header = request.head.value(of: "accept-encoding") else { return false }
        let accepted = QualityList(header)
        let gzip = accepted.quality(of: "gzip", orLike: "x-gzip", "*")
        return gzip > 0 && gzip >= accepted.quality(of: "identity")
    }

    private static func isText(_ type: String) -> Bool {
        type.hasPrefix("text/") || type.hasPrefix("application/json") || type.hasPrefix("application/problem+json")
            || type.hasPrefix("application/yaml")
    }
}

extension Response {
    /// Tells caches which request header this answer depends on. One that no cache keeps need not say so.
    func varying(by header: String) -> Response {
        guard headers["cache-control"] != nil, headers["cache-control"] != "no-store" else { return self }
        var response = self
        response.addVary(header)
        return response
    }

    mutating func addVary(_ header: String) {
        headers["vary"] = headers["vary"].map { "\($0), \(header)" } ?? header
    }
}
