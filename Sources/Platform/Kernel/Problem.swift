/// An error that a client may see, as `application/problem+json` (RFC 9457).
///
/// `type` is stable and documented; `title` and `detail` are written for people and name no internals.
/// Anything else that is thrown reaches a client as `Problem.internal`.
package struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
    /// The stable name, rendered as `/problems/{code}`.
    package let code: String
    package let status: Int
    package let title: String
    package var detail: String
    /// Further members of the problem object, such as `status_now` or `allowed_actions`.
    package var extensions: [String: JSON]
    /// Response headers that belong to this problem: `WWW-Authenticate`, `Retry-After`, `Allow`.
    package var headers: [(String, String)]

    package init(
        _ code: String, status: Int, title: String, detail: String, extensions: [String: JSON] = [:],
        headers: [(String, String)] = []
    ) {
        self.code = code
        self.status = status
        self.title = title
        self.detail = detail
        self.extensions = extensions
        self.headers = headers
    }

    package var description: String { "\(code) (\(status)): \(detail)" }

    package static func == (left: Problem, right: Problem) -> Bool {
        left.code == right.code && left.status == right.status && left.title == right.title
            && left.detail == right.detail && left.extensions == right.extensions
            && left.headers.elementsEqual(right.headers, by: ==)
    }

    /// The body, with the id under which the log knows this request.
    package func json(requestID: RequestID) -> JSON {
        var members: [(String, JSON)] = [
            ("type", .string("/problems/\(code)")), ("title", .string(title)), ("status", .integer(Int64(status))),
            ("detail", .string(detail)), ("request_id", .string(requestID.description)),
        ]
        members += extensions.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return .object(JSONObject(members))
    }
}

extension Problem {
    package static func badRequest(_ detail: String) -> Problem {
        Problem("bad-request", status: 400, title: "The request cannot be understood", detail: detail)
    }

    /// A field of the body is missing, unknown, of the wrong type or out of bounds. `pointer` is RFC 6901.
    package static func invalidField(_ pointer: String, _ detail: String) -> Problem {
        Problem(
            "invalid-field", status: 422, title: "A field is not valid", detail: detail,
            extensions: ["pointer": .string(pointer)])
    }

    package static func notFound(_ what: String) -> Problem {
        Problem(
            "not-found", status: 404, title: "Not found",
            detail: "There is no \(what) here with that address, or it is not yours to see.")
    }

    package static func unauthorized(_ detail: String, error: String? = nil) -> Problem {
        // RFC 6750 §3: the challenge names the error only when a token was sent.
        let challenge = error.map { "Bearer error=\"\($0)\"" } ?? "Bearer"
        return Problem(
            "unauthorized", status: 401, title: "Sign in first", detail: detail,
            headers: [("WWW-Authenticate", challenge)])
    }

    package static func forbidden(_ detail: String) -> Problem {
        Problem("forbidden", status: 403, title: "You may not do that", detail: detail)
    }

    package static func tooLarge(_ detail: String) -> Problem {
        Problem("too-large", status: 413, title: "Too large", detail: detail)
    }

    package static func unavailable(_ detail: String, retryAfter seconds: Int = 1) -> Problem {
        Problem(
            "unavailable", status: 503, title: "Not available right now", detail: detail,
            headers: [("Retry-After", String(seconds))])
    }

    /// What a client sees of anything unforeseen; the log has the rest under the request's id.
    package static let `internal` = Problem(
        "internal", status: 500, title: "Something went wrong on our side",
        detail: "Nothing you did caused this. Try again; if it goes on, send us the request id.")
}
