internal import EventLoop
internal import Kernel
internal import Telemetry

/// What a streaming answer needs beside its exchange.
struct StreamState {
    let status: Int
    let framing: ResponseHead.Framing
    let isEventStream: Bool
    /// How much may still be written, where a length was promised.
    var left: Int?
}

/// A streaming handler wrote more or less than it had announced.
struct WrongStreamLength: Error, Sendable, CustomStringConvertible {
    var description: String { "a stream's length is not what was announced" }
}

extension Connection {
    private static let keepAliveComment = Array(": keep-alive\n\n".utf8)
    private static let drainEvent = Array("event: drain\ndata: {}\n\n".utf8)

    func startStream(
        _ response: Response, length: Int?, body: @escaping @Sendable (BodyWriter) async throws -> Void
    ) {
        guard let exchange else { return }
        let framing: ResponseHead.Framing =
            length.map { .length($0) } ?? (exchange.isHTTP10 ? .close : .chunked)
        if case .close = framing { closesAfterReply = true }
        // In its own task the body starts with an empty stack: an idle stream keeps nothing of its request's.
        stream = StreamState(
            status: response.status, framing: framing, isEventStream: response.isEventStream, left: length)
        guard write(response, framing: framing, body: []), phase == .handling else {
            stream = nil
            return
        }
        if exchange.method == .head { return finish(status: response.status) }
        server.streamStarted()
        phase = .streaming
        if peerHasClosed { return close() }
        let writer = BodyWriter(connection: self, exchange: exchange)
        server.taskStarted()
        task = Task(executorPreference: server.loop) { [self] in
            do {
                try await body(writer)
                endStream(exchange, error: nil)
            } catch {
                endStream(exchange, error: error)
            }
            server.taskEnded()
        }
        if response.isEventStream {
            deadline = MonotonicClock.now &+ server.limits.eventKeepAlive
            if server.isDraining { drainStream() }
        }
    }

    /// Queues a piece of the answer.
    ///
    /// - Returns: whether so much is queued now that the writer should wait.
    func queue(_ bytes: [UInt8], for exchange: Exchange) throws -> Bool {
        server.loop.preconditionCurrent()
        guard phase == .streaming, self.exchange === exchange, var stream else { throw ClientGone() }
        if let left = stream.left {
            guard bytes.count <= left else { throw WrongStreamLength() }
            stream.left = left - bytes.count
            self.stream = stream
        }
        if stream.isEventStream { deadline = MonotonicClock.now &+ server.limits.eventKeepAlive }
        queue(bytes, framing: stream.framing)
        return outbound.count > Self.highWater
    }

    private func queue(_ bytes: [UInt8], framing: ResponseHead.Framing) {
        server.scratch.removeAll(keepingCapacity: true)
        guard case .chunked = framing else { return send(bytes) }
        ResponseHead.append(hexadecimal: bytes.count, to: &server.scratch)
        ResponseHead.append("\r\n", to: &server.scratch)
        if bytes.count <= 16_384 {
            server.scratch.append(contentsOf: bytes)
            ResponseHead.append("\r\n", to: &server.scratch)
            sendScratch()
        } else {
            outbound.append(server.scratch)
            outbound.append(bytes)
            outbound.append([ASCII.cr, ASCII.lf])
            bytesSent += server.scratch.count + bytes.count + 2
            flush()
        }
    }

    /// Waits until the client has read enough.
    func waitForRoom(_ exchange: Exchange) async throws {
        let id = server.nextWaiter()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard !Task.isCancelled, phase == .streaming, outbound.count >= Self.lowWater else {
                    return continuation.resume()
                }
                roomWaiters.append(RoomWaiter(id: id, continuation: continuation))
            }
        } onCancel: {
            server.loop.execute { [self] in
                guard let index = roomWaiters.firstIndex(where: { $0.id == id }) else { return }
                roomWaiters.remove(at: index).continuation.resume()
            }
        }
        guard phase == .streaming, self.exchange === exchange else { throw ClientGone() }
        try Task.checkCancellation()
    }

    /// A silent event stream gets a comment, so that proxies see that it lives. Any other stream has a deadline only
    /// while it answers a body that is still arriving.
    func streamIsDue(_ now: UInt64) {
        guard let stream, stream.isEventStream else { return failBody(Problem.requestTimeout) }
        deadline = now &+ server.limits.eventKeepAlive
        if outbound.isEmpty { queue(Self.keepAliveComment, framing: stream.framing) }
    }

    /// Tells an event stream's client that the server goes, and ends the stream.
    func drainStream() {
        guard phase == .streaming, let stream, stream.isEventStream, let exchange else { return }
        queue(Self.drainEvent, framing: stream.framing)
        let body = task
        endStream(exchange, error: nil)
        body?.cancel()
    }

    /// - Parameter error: why the stream is incomplete. The client learns it from the missing end.
    private func endStream(_ exchange: Exchange, error: (any Error)?) {
        server.loop.preconditionCurrent()
        guard phase == .streaming, self.exchange === exchange, let stream else { return }
        var error = error
        if error == nil, let left = stream.left, left > 0 { error = WrongStreamLength() }
        if let error {
            if !(error is ClientGone || error is CancellationError) {
                server.logger.error(
                    "stream failed", ("request_id", .id(exchange.id)), ("error", .error(error)))
            }
            return close()
        }
        if case .chunked = stream.framing {
            server.scratch.removeAll(keepingCapacity: true)
            ResponseHead.append("0\r\n\r\n", to: &server.scratch)
            sendScratch()
            guard phase == .streaming else { return }
        }
        server.streamEnded()
        self.stream = nil
        if server.isDraining { closesAfterReply = true }
        releaseWaiters()
        finish(status: stream.status)
    }
}
