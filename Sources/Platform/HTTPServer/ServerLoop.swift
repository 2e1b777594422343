internal import EventLoop
internal import Glibc
internal import Kernel
internal import Synchronization
internal import Telemetry

/// What one loop holds for a server: its connections, and one of everything they can share.
final class ServerLoop: @unchecked Sendable {
    // Invariant for @unchecked: the variables are touched on `loop` alone, but for `load`, which is atomic.
    let loop: EventLoop
    let configuration: HTTPServerConfiguration
    let limits: Limits
    let handler: Handler
    let finishing: [any ResponseFinish]
    let logger: Logger
    let metrics: RequestMetrics
    let parser: any HeadParser = HTTPParserHead()
    let census: ConnectionCensus
    /// One for all connections: what is read is used or copied before the next read.
    let readBuffer: UnsafeMutableBufferPointer<UInt8>
    var scratch: [UInt8] = []
    var date = DateCache()
    var ids = RequestIDSource()
    var isDraining = false

    /// How many connections it has or is about to get.
    let load = Atomic<Int>(0)
    var connections: [Connection?] = []
    private var freeSlots: [Int] = []
    var count = 0
    var runningTasks = 0
    private var waiters: UInt64 = 0
    private var isSweeping = false
    var drained: CheckedContinuation<Void, Never>?

    /// The configuration's durations in nanoseconds.
    struct Limits: Sendable {
        let head, body, keepAlive, stall, linger, eventKeepAlive: UInt64
        /// How often deadlines are looked at: well within the shortest, at most once a second.
        let sweep: Duration

        init(_ configuration: HTTPServerConfiguration) {
            head = configuration.headDeadline.nanoseconds
            body = configuration.bodyDeadline.nanoseconds
            keepAlive = configuration.keepAlive.nanoseconds
            stall = configuration.writeStall.nanoseconds
            linger = configuration.linger.nanoseconds
            eventKeepAlive = configuration.eventKeepAlive.nanoseconds
            let shortest = min(head, body, keepAlive, stall, linger, eventKeepAlive)
            sweep = .nanoseconds(Int64(min(max(shortest / 8, 5_000_000), 1_000_000_000)))
        }
    }

    init(
        loop: EventLoop, configuration: HTTPServerConfiguration, logger: Logger, metrics: Metrics,
        census: ConnectionCensus, handler: @escaping Handler, finishing: [any ResponseFinish]
    ) {
        self.loop = loop
        self.configuration = configuration
        self.logger = logger
        self.census = census
        self.handler = handler
        self.finishing = finishing
        self.metrics = RequestMetrics(metrics)
        limits = Limits(configuration)
        readBuffer = .allocate(capacity: 65_536)
    }

    deinit { readBuffer.deallocate() }

    /// Takes over a connection.
    ///
    /// - Parameter isCounted: false for one over the caps, which is told so.
    func adopt(_ descriptor: Int32, _ peer: SocketAddress, isCounted: Bool) {
        loop.preconditionCurrent()
        let connection = Connection(descriptor: descriptor, peer: peer, server: self, isCounted: isCounted)
        connection.slot = freeSlots.popLast() ?? connections.count
        if connection.slot == connections.count { connections.append(nil) }
        connections[connection.slot] = connection
        count += 1
        metrics.openConnections.add(1)
        if isDraining { return connection.close() }
        connection.start()
        if !isCounted, connection.phase == .reading { connection.refuse(.tooManyConnections) }
        sweepLater()
    }

    func remove(_ connection: Connection) {
        connections[connection.slot] = nil
        freeSlots.append(connection.slot)
        count -= 1
        load.subtract(1, ordering: .relaxed)
        metrics.openConnections.add(-1)
        census.leave(connection.peer, isCounted: connection.isCounted)
        noticeDrained()
    }

    func taskStarted() { runningTasks += 1 }

    func taskEnded() {
        runningTasks -= 1
        noticeDrained()
    }

    func streamStarted() { metrics.openStreams.add(1) }
    func streamEnded() { metrics.openStreams.add(-1) }

    func nextWaiter() -> UInt64 {
        waiters += 1
        return waiters
    }

    private func sweepLater() {
        guard !isSweeping, count > 0 else { return }
        isSweeping = true
        loop.schedule(after: limits.sweep) { [weak self] in
            guard let self else { return }
            isSweeping = false
            let now = MonotonicClock.now
            for index in connections.indices { connections[index]?.check(now: now) }
            sweepLater()
        }
    }
}
