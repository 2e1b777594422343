internal import EventLoop
internal import Kernel
internal import Synchronization

/// One request and its answer, as the server accounts for it. It outlives the request's head, so it stays small.
final class Exchange: Sendable {
    let id: RequestID
    let method: HTTPMethod
    let peer: SocketAddress
    let loop: EventLoop
    /// Nanoseconds on the monotonic clock.
    let startedAt: UInt64
    let isHTTP10: Bool
    let keepsAlive: Bool
    private let matched = Mutex<RouteLabel?>(nil)

    init(
        id: RequestID, method: HTTPMethod, peer: SocketAddress, loop: EventLoop, startedAt: UInt64,
        framing: borrowing MessageFraming
    ) {
        self.id = id
        self.method = method
        self.peer = peer
        self.loop = loop
        self.startedAt = startedAt
        isHTTP10 = framing.isHTTP10
        keepsAlive = framing.keepsAlive
    }

    /// The route that took the request, for logs and metrics.
    var route: RouteLabel? {
        get { matched.withLock { $0 } }
        set { matched.withLock { $0 = newValue } }
    }
}

/// A route as logs and metrics name it.
final class RouteLabel: Sendable {
    let template: String

    init(template: String) { self.template = template }

    /// For requests that no route took.
    static let none = RouteLabel(template: "none")
}
