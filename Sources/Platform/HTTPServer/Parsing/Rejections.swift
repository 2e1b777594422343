internal import Kernel

/// What is wrong with a message as a message; each is answered and the connection closed.
extension Problem {
    static func malformed(_ detail: String) -> Problem {
        Problem("malformed-request", status: 400, title: "The request is not well-formed HTTP", detail: detail)
    }

    static let headTooLarge = Problem(
        "headers-too-large", status: 431, title: "Headers too large", detail: "The request's headers are too large.")

    static let targetTooLong = Problem(
        "address-too-long", status: 414, title: "Address too long", detail: "The request's address is too long.")

    static let versionNotSupported = Problem(
        "version-not-supported", status: 505, title: "HTTP version not supported",
        detail: "This server speaks HTTP/1.1.")

    static let methodNotImplemented = Problem(
        "method-not-implemented", status: 501, title: "Unknown method",
        detail: "This server does not know the request's method.")

    static let expectationFailed = Problem(
        "expectation-failed", status: 417, title: "Expectation failed",
        detail: "The only expectation this server meets is 100-continue.")

    static let requestTimeout = Problem(
        "request-timeout", status: 408, title: "The request took too long",
        detail: "The request did not arrive in time.")

    static let tooManyConnections = Problem.unavailable(
        "Too many connections are open. Close some, or try again in a moment.", retryAfter: 5)
}
