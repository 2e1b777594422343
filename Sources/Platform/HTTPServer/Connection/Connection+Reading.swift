internal import EventLoop
internal import Glibc
internal import Kernel

extension Connection {
    /// Does whatever can be done now, without recursion: what a step brings about, the next step takes up.
    func advance() {
        guard !isAdvancing else { return }
        isAdvancing = true
        while step() {}
        isAdvancing = false
        startHandler()
    }

    private func step() -> Bool {
        switch phase {
        case .reading:
            // A client that pipelines without reading the answers waits.
            guard outbound.isEmpty else { return false }
            return useInbound() || fill()
        case .handling, .streaming:
            guard framer != nil, let pipe, pipe.hasRoom else { return false }
            return useInbound() || fill()
        case .lingering:
            inbound = Inbound()
            return fill()
        case .flushing, .closed: return false
        }
    }

    /// Reads once, into the loop's one buffer.
    private func fill() -> Bool {
        guard mayRead else { return false }
        let buffer = server.readBuffer
        let count = read(descriptor, buffer.baseAddress, buffer.count)
        if count > 0 {
            // A short read has emptied the socket; more will be announced (epoll(7)). Not so the end: it was.
            mayRead = count == buffer.count || peerHasClosed
            take(UnsafeBufferPointer(rebasing: UnsafeBufferPointer(buffer)[..<count]))
            return true
        }
        if count == 0 {
            mayRead = false
            peerHasClosed = true
            return endOfInput()
        }
        switch errno {
        case EINTR: return true
        case EAGAIN: mayRead = false
        default: close()
        }
        return false
    }

    private func endOfInput() -> Bool {
        switch phase {
        case .reading, .lingering: close()
        case .handling, .streaming:
            guard framer != nil else { break }
            failBody(Problem.malformed("The body ended before it was complete."))
            task?.cancel()
        case .flushing, .closed: break
        }
        return false
    }

    private func take(_ bytes: UnsafeBufferPointer<UInt8>) {
        if phase == .lingering {
            lingerBudget -= bytes.count
            if lingerBudget < 0 { close() }
        } else if inbound.isEmpty {
            let used = use(bytes)
            if used < bytes.count, phase != .closed { inbound.append(bytes[used...]) }
        } else {
            inbound.append(bytes[...])
        }
    }

    private func useInbound() -> Bool {
        guard !inbound.isEmpty else { return false }
        let bytes = inbound
        let used = bytes.withUnread { use($0) }
        if phase != .closed { inbound.consume(used) }
        return used > 0
    }

    /// Uses what it can of `bytes`, at most up to the end of one request.
    private func use(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var used = 0
        if phase == .reading {
            do {
                used = try takeHead(bytes)
            } catch {
                refuse(error)
                return bytes.count
            }
        }
        if framer != nil, used < bytes.count {
            do {
                used += try takeBody(UnsafeBufferPointer(rebasing: bytes[used...]))
            } catch {
                rejectBody(error)
                return bytes.count
            }
        }
        return used
    }

    private func takeHead(_ bytes: UnsafeBufferPointer<UInt8>) throws(Problem) -> Int {
        if !isWithinHead {
            isWithinHead = true
            deadline = MonotonicClock.now &+ server.limits.head
        }
        // One empty line before a request is forgiven (RFC 9112 §2.2).
        if scanned == 0, bytes[0] == ASCII.cr, !hasSkippedEmptyLine {
            guard bytes.count > 1 else { return 0 }
            guard bytes[1] == ASCII.lf else { throw .malformed("The request does not start with a method.") }
            hasSkippedEmptyLine = true
            guard bytes.count > 2 else { return 2 }
            return try 2 + takeHead(UnsafeBufferPointer(rebasing: bytes[2...]))
        }
        let limits = server.configuration
        guard let end = try HeadRules.end(of: bytes, scanned: &scanned) else {
            if bytes.count > limits.maximumHeadBytes { throw Self.oversized(bytes) }
            return 0
        }
        guard end <= limits.maximumHeadBytes else { throw Self.oversized(bytes) }
        let head = UnsafeBufferPointer(rebasing: bytes[..<end])
        let fields = try HeadRules.check(head)
        guard fields <= limits.maximumFields else { throw .headTooLarge }
        let layout = try server.parser.parse(head)
        guard layout.target.count <= limits.maximumTargetBytes else { throw .targetTooLong }
        guard layout.fields.count == fields else { throw .malformed("The request's headers cannot be read.") }
        try begin(RequestHead(head, layout: layout))
        return end
    }

    /// Which part of an endless head is to blame.
    private static func oversized(_ bytes: UnsafeBufferPointer<UInt8>) -> Problem {
        bytes.contains(ASCII.lf) ? .headTooLarge : .targetTooLong
    }

    private func begin(_ head: RequestHead) throws(Problem) {
        let framing = head.framing
        let framer = try BodyFramer(framing.body, limit: server.configuration.maximumBodyBytes)
        let now = MonotonicClock.now
        let exchange = Exchange(
            id: framing.requestID ?? server.ids.next(), method: head.method, peer: peer, loop: server.loop,
            startedAt: now, framing: framing)
        scanned = 0
        isWithinHead = false
        hasSkippedEmptyLine = false
        bytesSent = 0
        deadline = MonotonicClock.never
        if framer != nil {
            let length: Int? = if case .fixed(let length) = framing.body { length } else { nil }
            pipe = BodyPipe(announcedLength: length, loop: server.loop, connection: self)
            deadline = now &+ server.limits.body
        }
        self.framer = framer
        self.exchange = exchange
        expectsContinue = framing.expectsContinue
        pending = Request(exchange: exchange, head: head, body: RequestBody(pipe: pipe))
        phase = .handling
    }

    private func takeBody(_ bytes: UnsafeBufferPointer<UInt8>) throws(Problem) -> Int {
        guard let pipe else { return 0 }
        expectsContinue = false
        let used = try pipe.fill { buffer throws(Problem) in try framer!.take(bytes, into: &buffer) }
        if framer!.isDone {
            framer = nil
            if !(stream?.isEventStream ?? false) { deadline = MonotonicClock.never }
            pipe.complete()
        } else {
            pipe.arrived()
        }
        return used
    }

    private func rejectBody(_ problem: Problem) {
        guard pending != nil else { return failBody(problem) }
        // The handler has not started, so this is the answer.
        failBody(problem)
        pending = nil
        pipe = nil
        refuse(problem)
    }

    /// The handler has taken from a full buffer.
    func bodyHasRoom() { advance() }

    /// The handler waits for a body that the client may be holding back (RFC 9110 §10.1.1).
    func bodyIsWanted() {
        guard expectsContinue, framer != nil else { return }
        expectsContinue = false
        server.scratch.removeAll(keepingCapacity: true)
        ResponseHead.append("HTTP/1.1 100 Continue\r\n\r\n", to: &server.scratch)
        sendScratch()
    }
}
