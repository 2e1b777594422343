/// Answers a request, or throws a `Problem`; anything else that is thrown becomes `Problem.internal`.
///
/// It runs on its connection's loop, and its task is cancelled when the client goes.
package typealias Handler = @Sendable (Request) async throws -> Response

/// Something between the server and a handler: it may look, refuse, add to the request's context, or change the answer.
package protocol Middleware: Sendable {
    func handle(_ request: Request, next: Handler) async throws -> Response
}

/// `handler` behind `middleware`, the first of which sees a request first.
package func chain(_ middleware: [any Middleware], _ handler: @escaping Handler) -> Handler {
    middleware.reversed().reduce(handler) { next, middleware in
        { request in try await middleware.handle(request, next: next) }
    }
}
