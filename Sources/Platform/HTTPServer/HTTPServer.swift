package import EventLoop
internal import Glibc
internal import Kernel
internal import Synchronization
package import Telemetry

/// An HTTP/1.1 server on a group of loops.
///
/// It expects a proxy in front for TLS and HTTP/2, and trusts nobody, the proxy included: see `HeadRules`.
package final class HTTPServer: Sendable {
    private let configuration: HTTPServerConfiguration
    private let logger: Logger
    private let servers: [ServerLoop]
    private let census: ConnectionCensus
    private let acceptor = Mutex<Acceptor?>(nil)

    /// - Parameter finishing: what each answer goes through before it is sent, the first first.
    package init(
        configuration: HTTPServerConfiguration, loops: EventLoopGroup, logger: Logger, metrics: Metrics,
        handler: @escaping Handler, finishing: [any ResponseFinish] = []
    ) {
        self.configuration = configuration
        self.logger = logger
        let census = ConnectionCensus(configuration)
        self.census = census
        servers = loops.loops.map { loop in
            ServerLoop(
                loop: loop, configuration: configuration, logger: logger, metrics: metrics, census: census,
                handler: handler, finishing: finishing)
        }
    }

    /// Listens and serves, until it is drained. Call once.
    ///
    /// - Throws: `ListenError` with a sentence for the operator.
    @discardableResult
    package func start() async throws -> BoundAddress {
        let socket: ListeningSocket
        let address: BoundAddress
        switch configuration.address {
        case .tcp(let host, let port):
            socket = try ListeningSocket.tcp(host: host, port: port)
            address = BoundAddress(host: host, port: socket.port, path: nil)
        case .unix(let path):
            socket = try ListeningSocket.unix(path: path)
            address = BoundAddress(host: nil, port: 0, path: path)
        }
        let acceptor = Acceptor(socket: socket, servers: servers, census: census, logger: logger)
        self.acceptor.withLock { $0 = acceptor }
        try await acceptor.start()
        return address
    }

    /// Stops accepting, closes idle connections, finishes what is under way, ends event streams with a last event
    /// `drain`, and closes what is left after `deadline`.
    package func drain(deadline: Duration) async {
        await acceptor.withLock { $0 }?.stop()
        await withTaskGroup { group in
            for server in servers { group.addTask { await server.drain(deadline: deadline) } }
        }
    }
}

/// Where a server listens.
package struct BoundAddress: Sendable, Equatable {
    package let host: String?
    /// 0 on a socket path.
    package let port: Int
    package let path: String?
}
