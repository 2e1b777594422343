package import Kernel

/// What a handler answers.
///
/// The server adds `Date`, `x-request-id`, the framing, what keeps browsers from taking an answer for something else, and
/// where no other is given `Cache-Control: no-store` and a `Content-Security-Policy` that allows nothing.
package struct Response: Sendable {
    package enum Body: Sendable {
        case empty
        case bytes([UInt8])
        /// Written while it is sent. Without a length it is chunked.
        case stream(contentLength: Int?, @Sendable (BodyWriter) async throws -> Void)
    }

    package var status: Int
    package var headers: HTTPHeaders
    package var body: Body
    /// An event stream gets keep-alive comments, and a last event when the server drains.
    var isEventStream = false

    package init(status: Int = 200, headers: HTTPHeaders = HTTPHeaders(), body: Body = .empty) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package static func json(
        status: Int = 200, headers: [(String, String)] = [], _ write: (inout JSONWriter) -> Void
    ) -> Response {
        var json = JSONWriter()
        write(&json)
        return Response(
            status: status, headers: HTTPHeaders([("content-type", "application/json")] + headers),
            body: .bytes(json.bytes))
    }

    package static func json(
        status: Int = 200, headers: [(String, String)] = [], _ value: some JSONWritable
    ) -> Response {
        json(status: status, headers: headers) { value.write(to: &$0) }
    }

    package static func json(status: Int = 200, headers: [(String, String)] = [], _ value: JSON) -> Response {
        json(status: status, headers: headers) { $0.value(value) }
    }

    package static func text(status: Int = 200, _ text: String) -> Response {
        Response(
            status: status, headers: HTTPHeaders([("content-type", "text/plain; charset=utf-8")]),
            body: .bytes(Array(text.utf8)))
    }

    package static func problem(_ problem: Problem, id: RequestID) -> Response {
        Response(
            status: problem.status,
            headers: HTTPHeaders([("content-type", "application/problem+json")] + problem.headers),
            body: .bytes(problem.json(requestID: id).bytes))
    }

    package static let noContent = Response(status: 204)

    /// A stream of server-sent events, for as long as `body` runs and the client listens.
    ///
    /// While nothing is sent the server writes a comment every so often, so that proxies keep the connection.
    package static func eventStream(
        _ body: @escaping @Sendable (EventStreamWriter) async throws -> Void
    ) -> Response {
        var response = Response(
            headers: HTTPHeaders([
                ("content-type", "text/event-stream"), ("cache-control", "no-store"), ("x-accel-buffering", "no"),
            ]),
            body: .stream(contentLength: nil) { writer in try await body(EventStreamWriter(writer)) })
        response.isEventStream = true
        return response
    }
}
