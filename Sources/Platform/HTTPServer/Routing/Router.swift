internal import Kernel

/// Finds the handler of a method and a path.
///
/// Templates are made of literal segments and `{name}`, which stands for one segment; a last `{name...}` stands for
/// one or more. A literal wins over a name. A trailing slash is another address, and 404. HEAD goes to GET's handler;
/// OPTIONS is answered here, with what the address takes.
package struct Router: Sendable {
    private var tree = RouteTree()
    private var middleware: [any Middleware] = []
    private var prefix = ""

    package init() {}

    /// The routes that say of themselves that they will go.
    package private(set) var deprecated: [(HTTPMethod, String)] = []

    /// Whether routes added from here on answer 400 to a query parameter that they have not named or that comes twice, so
    /// that a misspelt one does not go unnoticed.
    package var refusesUnknownQuery = false

    /// - Parameters:
    ///   - query: the query parameters that `handler` reads.
    ///   - deprecated: for a route that is on its way out; every answer of it says so.
    package mutating func on(
        _ method: HTTPMethod, _ path: String, query: [String] = [], deprecated: Deprecation? = nil,
        _ handler: @escaping Handler
    ) {
        let handler = refusesUnknownQuery ? Self.refusing(queryOtherThan: query, handler) : handler
        let whole = chain(middleware, handler)
        if deprecated != nil { self.deprecated.append((method, prefix + path)) }
        tree.add(method, prefix + path, deprecated?.announced(whole) ?? whole)
    }

    private static func refusing(queryOtherThan known: [String], _ handler: @escaping Handler) -> Handler {
        { request in
            let names = request.query.names
            if let unknown = names.first(where: { !known.contains($0) }) {
                throw Problem.badRequest("\"\(unknown.prefix(60))\" is not a parameter of this address.")
            }
            if let twice = known.first(where: { name in names.count { $0 == name } > 1 }) {
                throw Problem.badRequest("\"\(twice)\" is given more than once; give it once.")
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
                guard request.method != .options else { return Self.taking(allowed) }
                throw Problem(
                    "method-not-allowed", status: 405, title: "Method not allowed",
                    detail: "This address does not take \(request.method.rawValue).",
                    headers: [("Allow", allowed.map(\.rawValue).joined(separator: ", "))])
            case .none:
                if request.method == .options, request.path == "*" { return Self.taking(HTTPMethod.allCases) }
                throw Problem.notFound("page")
            }
        }
    }

    /// What OPTIONS tells (RFC 9110 §9.3.7).
    private static func taking(_ methods: [HTTPMethod]) -> Response {
        Response(status: 204, headers: HTTPHeaders([("allow", methods.map(\.rawValue).joined(separator: ", "))]))
    }
}
