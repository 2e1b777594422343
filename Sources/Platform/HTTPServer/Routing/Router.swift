internal import Kernel

/// Finds the handler of a method and a path.
///
/// Templates are made of literal segments and `{name}`, which stands for one segment; a last `{name...}` stands for
/// one or more. A literal wins over a name. A trailing slash is another address, and 404. HEAD goes to GET's handler.
package struct Router: Sendable {
    private var tree = RouteTree()
    private var middleware: [any Middleware] = []
    private var prefix = ""

    package init() {}

    /// Whether routes added from here on answer 400 to a query parameter that they have not named, so that a misspelt
    /// one does not go unnoticed.
    package var refusesUnknownQuery = false

    /// - Parameter query: the query parameters that `handler` reads.
    package mutating func on(
        _ method: HTTPMethod, _ path: String, query: [String] = [], _ handler: @escaping Handler
    ) {
        let handler = refusesUnknownQuery ? Self.refusing(queryOtherThan: query, handler) : handler
        tree.add(method, prefix + path, chain(middleware, handler))
    }

    private static func refusing(queryOtherThan known: [String], _ handler: @escaping Handler) -> Handler {
        { request in
            if let unknown = request.query.names.first(where: { !known.contains($0) }) {
                throw Problem.badRequest("\"\(unknown.prefix(60))\" is not a parameter of this address.")
            }
            return try await handler(request)
        }
    }

    /// Adds what `body` adds, below `path` and behind `middleware`.
    package mutating func group(
        _ path: String = "", _ middleware: any Middleware..., body: (inout Router) -> Void
    ) {
        let outer = (self.prefix, self.middleware)
        self.prefix += path
        self.middleware += middleware
        body(&self)
        (self.prefix, self.middleware) = outer
    }

    /// Every route, in the order in which they were added.
    package var routes: [(HTTPMethod, String)] { tree.routes }

    /// The routes as one handler. Routes added later are not in it.
    package var handler: Handler {
        let tree = self.tree
        return { request in
            switch tree.match(request.head) {
            case .found(let route, let values):
                request.exchange.route = route.label
                var request = request
                request.parameters = PathParameters(names: route.names, values: values)
                return try await route.handler(request)
            case .otherMethods(let label, let allowed):
                request.exchange.route = label
                throw Problem(
                    "method-not-allowed", status: 405, title: "Method not allowed",
                    detail: "This address does not take \(request.method.rawValue).",
                    headers: [("Allow", allowed.map(\.rawValue).joined(separator: ", "))])
            case .none:
                throw Problem.notFound("page")
            }
        }
    }
}
