internal import EventLoop
internal import Glibc
internal import Kernel

/// A task that waits until less is queued.
struct RoomWaiter {
    let id: UInt64
    let continuation: CheckedContinuation<Void, Never>
}

extension Connection {
    /// A writer above this waits …
    static let highWater = 262_144
    /// … until less than this is queued.
    static let lowWater = 131_072

    /// Sends the scratch buffer and then `body`: together when that is cheap, without copying when it is not.
    func send(_ body: [UInt8]) {
        if body.count <= 16_384 {
            server.scratch.append(contentsOf: body)
            sendScratch()
        } else {
            outbound.append(server.scratch)
            outbound.append(body)
            bytesSent += server.scratch.count + body.count
            flush()
        }
    }

    /// Sends the scratch buffer, past the queue when it is empty.
    func sendScratch() {
        guard phase != .closed else { return }
        bytesSent += server.scratch.count
        guard outbound.isEmpty, mayWrite else { return outbound.append(server.scratch) }
        let written = server.scratch.withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if written == server.scratch.count { return }
        guard written >= 0 || errno == EAGAIN || errno == EINTR else { return close() }
        outbound.append(server.scratch[max(0, written)...])
        if written < 0, errno == EINTR { return flush() }
        mayWrite = false
        stallDeadline = MonotonicClock.now &+ server.limits.stall
    }

    /// Writes what is queued, as far as the socket takes it.
    func flush() {
        while !outbound.isEmpty, mayWrite {
            if let written = outbound.write(to: descriptor) {
                if written > 0 { stallDeadline = MonotonicClock.now &+ server.limits.stall }
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                mayWrite = false
                if stallDeadline == MonotonicClock.never {
                    stallDeadline = MonotonicClock.now &+ server.limits.stall
                }
            default: return close()
            }
        }
        if outbound.count < Self.lowWater { releaseWaiters() }
        guard outbound.isEmpty else { return }
        stallDeadline = MonotonicClock.never
        if phase == .flushing { endOutput() }
    }

    /// Everything has been sent: close, giving the client time to read when it may still be sending.
    ///
    /// Closing with unread bytes in the socket sends RST, at which the client may drop the answer.
    func endOutput() {
        guard lingers, !peerHasClosed || mayRead else { return close() }
        phase = .lingering
        deadline = MonotonicClock.now &+ server.limits.linger
        shutdown(descriptor, Int32(SHUT_WR))
        advance()
    }

    func releaseWaiters() {
        guard !roomWaiters.isEmpty else { return }
        let waiters = roomWaiters
        roomWaiters = []
        for waiter in waiters { waiter.continuation.resume() }
    }
}
