package import EventLoop
package import Kernel

/// What a handler gets. Its head is kept as it came; strings are made when asked for.
package struct Request: Sendable {
    let exchange: Exchange
    let head: RequestHead
    package let body: RequestBody
    /// What the route's `{name}` segments stand for.
    package var parameters = PathParameters()
    /// What middleware has found out on the way to the handler.
    package var context = RequestContext()

    init(exchange: Exchange, head: RequestHead, body: RequestBody) {
        self.exchange = exchange
        self.head = head
        self.body = body
    }

    package var id: RequestID { exchange.id }
    package var method: HTTPMethod { exchange.method }
    /// The path as it was sent, still encoded.
    package var path: String { head.text(head.path) }
    /// The template of the route that took the request, such as `/api/features/{id}`.
    package var route: String? { exchange.route?.template }
    package var headers: HTTPHeaders { HTTPHeaders(head) }
    package var query: QueryItems { QueryItems(head) }
    /// The peer's address without its port; `unix` for one on a socket path.
    package var remoteAddress: String { exchange.peer.text }
    package var peer: SocketAddress { exchange.peer }
    package var loop: EventLoop { exchange.loop }

    /// Whom the request acts for.
    ///
    /// - Throws: 401 when no middleware has established that.
    package var principal: Principal {
        get throws(Problem) {
            guard let principal = context.principal else { throw .unauthorized("This address needs a token.") }
            return principal
        }
    }
}

/// Values that middleware attaches to a request.
package struct RequestContext: Sendable {
    package var principal: Principal?
    /// Until when the principal's credentials hold; what goes on longer than a request must end then.
    package var expires: Timestamp?
    /// Asks anew whether the principal may still act here; `nil` where nothing but `expires` can end that. What goes on
    /// longer than a request asks before it tells anything more.
    package var stillHolds: (@Sendable () async throws -> Bool)?

    /// Whether the principal may still be told anything.
    package func isCurrent() async throws -> Bool {
        if let expires, expires <= .now { return false }
        return try await stillHolds?() ?? true
    }
    private var values: [ObjectIdentifier: any Sendable] = [:]

    init() {}

    package subscript<Key: RequestContextKey>(key: Key.Type) -> Key.Value? {
        get { values[ObjectIdentifier(key)] as? Key.Value }
        set { values[ObjectIdentifier(key)] = newValue }
    }
}

/// Names a value of one type in a `RequestContext`.
package protocol RequestContextKey {
    associatedtype Value: Sendable
}
