internal import EventLoop
internal import Glibc
internal import Kernel

/// One client's connection: reads requests, starts their handlers and writes the answers, one after the other.
///
/// Phases: reading → handling → (streaming →) reading, or → flushing → (lingering →) closed; closed from any.
final class Connection: @unchecked Sendable {
    // Invariant for @unchecked: everything is touched on `server.loop` alone; handlers' tasks run there, and the
    // writers and bodies they are given hop there.
    enum Phase {
        /// Between requests, or within a head.
        case reading
        /// A handler is at work; its request's body may still be arriving.
        case handling
        /// A handler's answer is being written as it makes it.
        case streaming
        /// The last answer is on its way out.
        case flushing
        /// Everything is sent; what the client still sends is dropped until it closes, lest it lose the answer.
        case lingering
        case closed
    }

    let descriptor: Int32
    let server: ServerLoop
    let peer: SocketAddress
    let isCounted: Bool
    var slot = -1
    var watch: Watch?

    var phase = Phase.reading
    var mayRead = false
    var mayWrite = true
    /// The client has closed its half: FIN has come, though bytes may be waiting before it.
    var peerHasClosed = false
    var closesAfterReply = false
    var lingers = false
    var isAdvancing = false

    /// Bytes that have been read and not used: part of a head, or pipelined requests.
    var inbound = Inbound()
    var scanned = 0
    var isWithinHead = false
    var hasSkippedEmptyLine = false
    var lingerBudget = 1 << 20

    /// The request in progress.
    var exchange: Exchange?
    var pending: Request?
    var task: Task<Void, Never>?
    var framer: BodyFramer?
    var pipe: BodyPipe?
    var expectsContinue = false

    var outbound = Outbound()
    var stream: StreamState?
    var roomWaiters: [RoomWaiter] = []
    var bytesSent = 0

    /// When the present phase has lasted too long, or an event stream has been silent too long.
    var deadline: UInt64
    /// When a client that does not read is given up.
    var stallDeadline = MonotonicClock.never

    /// - Parameter isCounted: false for one over the caps, which is told so and closed.
    init(descriptor: Int32, peer: SocketAddress, server: ServerLoop, isCounted: Bool) {
        self.descriptor = descriptor
        self.peer = peer
        self.server = server
        self.isCounted = isCounted
        deadline = MonotonicClock.now &+ server.limits.head
    }

    func start() {
        do {
            watch = try server.loop.watch(descriptor, [.read, .write, .readClosed], trigger: .edge) {
                [self] readiness in
                handle(readiness)
            }
        } catch {
            close()
        }
    }

    private func handle(_ readiness: Readiness) {
        if !readiness.isDisjoint(with: [.error, .hungUp]) { return close() }
        if readiness.contains(.read) { mayRead = true }
        if readiness.contains(.readClosed), !peerHasClosed {
            peerHasClosed = true
            mayRead = true
            peerClosed()
        }
        if readiness.contains(.write), !mayWrite {
            mayWrite = true
            flush()
        }
        advance()
    }

    /// A stream has lost its reader. A plain request's work is no longer wanted, though its answer may still go.
    private func peerClosed() {
        switch phase {
        case .streaming: close()
        case .handling: task?.cancel()
        case .reading, .flushing, .lingering, .closed: break
        }
    }

    /// Called by the server every so often.
    func check(now: UInt64) {
        if stallDeadline <= now { return close() }
        guard deadline <= now else { return }
        deadline = MonotonicClock.never
        switch phase {
        case .reading: isWithinHead ? refuse(.requestTimeout) : close()
        case .handling: failBody(Problem.requestTimeout)
        case .streaming: streamIsDue(now)
        case .lingering: close()
        case .flushing, .closed: break
        }
    }

    /// The body will not arrive whole; whoever reads it is told, and the connection cannot go on.
    func failBody(_ error: any Error) {
        closesAfterReply = true
        lingers = true
        framer = nil
        pipe?.fail(error)
    }

    /// Ends the connection at once, whatever is going on.
    func close() {
        guard phase != .closed else { return }
        phase = .closed
        watch?.cancel()
        watch = nil
        Glibc.close(descriptor)
        inbound = Inbound()
        outbound = Outbound()
        deadline = MonotonicClock.never
        stallDeadline = MonotonicClock.never
        pending = nil
        pipe?.fail(ClientGone())
        pipe = nil
        framer = nil
        task?.cancel()
        task = nil
        releaseWaiters()
        if let exchange {
            self.exchange = nil
            if stream != nil { server.streamEnded() }
            let status = stream?.status ?? AccessRecord.clientGone
            server.record(AccessRecord(exchange: exchange, status: status, bytes: bytesSent))
        }
        stream = nil
        server.remove(self)
    }
}

extension Connection {
    /// The server is going: an idle connection ends now, any other when what it carries is done.
    func drain() {
        closesAfterReply = true
        switch phase {
        case .reading where !isWithinHead && inbound.isEmpty && !mayRead: close()
        case .streaming: drainStream()
        case .reading, .handling, .flushing, .lingering, .closed: break
        }
    }
}
