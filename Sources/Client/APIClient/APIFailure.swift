package import HTTPClient
package import Kernel

/// Why a call has no result.
package enum APIFailure: Error, Sendable {
    /// The server said no, and why (RFC 9457).
    case refused(APIProblem)
    /// It could not be asked.
    case unreachable(HTTPClientError)
    /// It answered, but not as `openapi.yaml` says.
    case notUnderstood(String)

    /// Whether the server may well be back in a moment.
    package var mayPass: Bool {
        switch self {
        case .unreachable(let error): error.isTransient
        case .refused(let problem): [429, 502, 503, 504].contains(problem.status)
        case .notUnderstood: false
        }
    }
}

/// `application/problem+json`, as the API sends it.
package struct APIProblem: Sendable {
    package let status: Int
    /// The stable name, as `wrong-status`.
    package let code: String
    package let title: String
    package let detail: String
    package let requestID: String?
    /// The whole object.
    package let json: JSON
    /// Seconds until it is worth asking again, where the server says so.
    package let retryAfter: Int?

    /// A status of 400 or more with whatever came with it: a proxy on the way may have spoken instead.
    init(_ answer: APIAnswer) {
        status = answer.status
        let body = (try? JSON(parsing: answer.bytes)) ?? .null
        json = body
        let prefix = "/problems/"
        let type = body["type"]?.string ?? ""
        code = type.hasPrefix(prefix) ? String(type.dropFirst(prefix.count)) : "status-\(answer.status)"
        title = body["title"]?.string ?? "The server answered with status \(answer.status)"
        detail = body["detail"]?.string ?? "It gave no reason. A proxy between you and the server may have answered."
        requestID = body["request_id"]?.string ?? answer.header("x-request-id")
        retryAfter = answer.header("retry-after").flatMap { Int($0) }.map { max(0, $0) }
    }
}
