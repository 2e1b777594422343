/// Lets pages of other origins call this server from a browser (CORS, WHATWG Fetch §3.2).
///
/// Origins are compared whole; there is no wildcard. Credentials of the browser's own (cookies) are never allowed:
/// clients send a bearer token themselves.
package struct CrossOrigin: ResponseFinish {
    private let origins: Set<String>
    private let requestHeaders: String
    private let responseHeaders: String
    /// How long a browser may remember a preflight, in seconds.
    private static let memory = "7200"

    /// - Parameters:
    ///   - origins: such as `https://app.example.com`; see `isOrigin`.
    ///   - requestHeaders: what pages may send beside what every page may.
    ///   - responseHeaders: what pages may read beside what every page may.
    package init(origins: [String], requestHeaders: [String], responseHeaders: [String]) {
        self.origins = Set(origins)
        self.requestHeaders = requestHeaders.joined(separator: ", ")
        self.responseHeaders = responseHeaders.joined(separator: ", ")
    }

    /// Whether `text` is an origin as browsers send it: scheme, host in lower case, a port only when it is not the
    /// scheme's own, and nothing after it.
    package static func isOrigin(_ text: String) -> Bool {
        for (scheme, port) in [("https://", ":443"), ("http://", ":80")] where text.hasPrefix(scheme) {
            let host = text.dropFirst(scheme.count)
            let isClean = host.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || "-.:[]".utf8.contains(byte)
            }
            return isClean && !host.isEmpty && !host.hasSuffix(port) && !host.hasPrefix(":") && !host.hasSuffix(":")
        }
        return false
    }

    package func finish(_ response: Response, to request: Request) async -> Response {
        var response = response
        // For every answer, so that a cache never hands one origin what was made for another.
        response.addVary("Origin")
        guard let origin = request.head.value(of: "origin"), origins.contains(origin) else { return response }
        response.headers.add("access-control-allow-origin", origin)
        if request.method == .options, request.head.value(of: "access-control-request-method") != nil {
            response.headers.add("access-control-allow-methods", response.headers["allow"] ?? "")
            response.headers.add("access-control-allow-headers", requestHeaders)
            response.headers.add("access-control-max-age", Self.memory)
        } else {
            response.headers.add("access-control-expose-headers", responseHeaders)
        }
        return response
    }
}
