package import HTTPServer

/// What holds for every answer of `serve`, wherever it comes from.
package enum Conventions {
    /// What pages of other origins may send.
    private static let requestHeaders = [
        "Accept", "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID",
        "Specwright-Tenant", "X-Request-Id",
    ]
    /// What they may read.
    private static let responseHeaders = [
        "Content-Disposition", "Deprecation", "ETag", "Idempotency-Replayed", "Link", "Location", "RateLimit",
        "RateLimit-Policy", "Retry-After", "Sunset", "X-Request-Id",
    ]

    /// - Parameter origins: whose pages may call the API from a browser; none by default.
    package static func finishing(origins: [String]) -> [any ResponseFinish] {
        let compressing: [any ResponseFinish] = [Compressing()]
        guard !origins.isEmpty else { return compressing }
        return compressing + [
            CrossOrigin(origins: origins, requestHeaders: requestHeaders, responseHeaders: responseHeaders)
        ]
    }
}
