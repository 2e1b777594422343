internal import EventLoop
internal import Glibc
internal import Synchronization
internal import Telemetry

/// Accepts on one loop and hands each connection to the loop that has the fewest.
///
/// A listening socket per loop (SO_REUSEPORT) would spread by hash: of a handful of long-lived connections, one loop
/// can easily get all.
final class Acceptor: @unchecked Sendable {
    // Invariant for @unchecked: the variables are touched on `loop` alone.
    private let loop: EventLoop
    private let socket: ListeningSocket
    private let servers: [ServerLoop]
    private let census: ConnectionCensus
    private let logger: Logger
    private var watch: Watch?
    private var turn = 0
    private var isStopped = false

    init(socket: ListeningSocket, servers: [ServerLoop], census: ConnectionCensus, logger: Logger) {
        loop = servers[0].loop
        self.socket = socket
        self.servers = servers
        self.census = census
        self.logger = logger
    }

    func start() async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            loop.execute { [self] in continuation.resume(with: Result { try listen() }) }
        }
    }

    func stop() async {
        await withCheckedContinuation { continuation in
            loop.execute { [self] in
                if !isStopped {
                    isStopped = true
                    watch?.cancel()
                    watch = nil
                    socket.close()
                }
                continuation.resume()
            }
        }
    }

    private func listen() throws {
        watch = try loop.watch(socket.descriptor, .read, trigger: .level) { [self] _ in acceptSome() }
    }

    /// Not all at once: connections that are open deserve their turn.
    private func acceptSome() {
        for _ in 0..<64 {
            switch socket.accept() {
            case .connection(let descriptor, let peer): hand(descriptor, peer)
            case .none: return
            case .exhausted: return rest()
            }
        }
    }

    private func hand(_ descriptor: Int32, _ peer: SocketAddress) {
        let admission = census.admit(peer)
        if admission == .dropped {
            close(descriptor)
            return
        }
        let server = quietest()
        server.load.add(1, ordering: .relaxed)
        if server.loop.isCurrent {
            server.adopt(descriptor, peer, isCounted: admission == .admitted)
        } else {
            server.loop.execute { server.adopt(descriptor, peer, isCounted: admission == .admitted) }
        }
    }

    private func quietest() -> ServerLoop {
        turn += 1
        var best = servers[turn % servers.count]
        for server in servers where server.load.load(ordering: .relaxed) < best.load.load(ordering: .relaxed) {
            best = server
        }
        return best
    }

    /// Out of descriptors: the socket stays ready, so looking again at once would only burn the CPU.
    private func rest() {
        logger.warning("no descriptor left for a new connection")
        watch?.change(to: [])
        loop.schedule(after: .milliseconds(100)) { [self] in watch?.change(to: .read) }
    }
}
