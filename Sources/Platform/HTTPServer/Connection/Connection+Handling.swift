internal import EventLoop
internal import Kernel
internal import Telemetry

extension Connection {
    /// Starts the handler of a request that has been read, once no other step is under way.
    func startHandler() {
        guard pending != nil, phase == .handling, task == nil else { return }
        server.taskStarted()
        task = Task(executorPreference: server.loop) { [self] in
            await handle()
            server.taskEnded()
        }
    }

    private func handle() async {
        guard let request = pending else { return }
        pending = nil
        let exchange = request.exchange
        // In a call of its own, so that nothing here keeps the request while its answer is streamed.
        let response = await answer(request)
        respond(response, to: exchange)
    }

    private func answer(_ request: consuming Request) async -> Response? {
        var response: Response
        do {
            response = try await server.handler(request)
        } catch {
            guard let failure = self.response(to: error, in: request.exchange) else { return nil }
            response = failure
        }
        for step in server.finishing { response = await step.finish(response, to: request) }
        return response
    }

    private func response(to error: any Error, in exchange: Exchange) -> Response? {
        if let problem = error as? Problem { return .problem(problem, id: exchange.id) }
        // Cancelled because the client went: there is nobody to tell.
        if peerHasClosed || phase == .closed, error is CancellationError || error is ClientGone { return nil }
        server.logger.error(
            "request failed", ("request_id", .id(exchange.id)),
            ("route", .string(exchange.route?.template ?? RouteLabel.none.template)), ("error", .error(error)))
        return .problem(.internal, id: exchange.id)
    }

    /// - Parameter response: `nil` to close without an answer.
    private func respond(_ response: Response?, to exchange: Exchange) {
        server.loop.preconditionCurrent()
        guard phase == .handling, self.exchange === exchange else { return }
        guard let response else { return close() }
        task = nil
        // What is left of the body would be taken for the next request.
        if framer != nil {
            closesAfterReply = true
            lingers = true
        }
        if !exchange.keepsAlive || server.isDraining { closesAfterReply = true }
        if HTTPStatus.isBodiless(response.status) {
            guard write(response, framing: .none, body: []) else { return }
            return finish(status: response.status)
        }
        switch response.body {
        case .empty:
            guard write(response, framing: .length(0), body: []) else { return }
            finish(status: response.status)
        case .bytes(let bytes):
            guard write(response, framing: .length(bytes.count), body: exchange.method == .head ? [] : bytes) else {
                return
            }
            finish(status: response.status)
        case .stream(let length, let body):
            startStream(response, length: length, body: body)
        }
    }

    /// Writes head and body together.
    ///
    /// - Returns: false when the headers were not fit to send; then another answer has been sent.
    func write(_ response: Response, framing: ResponseHead.Framing, body: [UInt8]) -> Bool {
        guard let exchange else { return false }
        server.scratch.removeAll(keepingCapacity: true)
        server.date.refresh()
        let head = ResponseHead(
            status: response.status, headers: response.headers, framing: framing, id: exchange.id,
            closes: closesAfterReply)
        guard head.append(to: &server.scratch, date: server.date.line) else {
            server.logger.error("a header is not fit to send", ("request_id", .id(exchange.id)))
            let problem = Problem.internal.json(requestID: exchange.id).bytes
            closesAfterReply = true
            if write(Response(status: 500), framing: .length(problem.count), body: problem) { finish(status: 500) }
            return false
        }
        send(body)
        return true
    }

    /// The answer is complete: on to the next request, or to the end of the connection.
    func finish(status: Int) {
        guard let exchange else { return }
        server.record(AccessRecord(exchange: exchange, status: status, bytes: bytesSent))
        self.exchange = nil
        task = nil
        stream = nil
        framer = nil
        pipe?.fail(ClientGone())
        pipe = nil
        guard phase != .closed else { return }
        guard closesAfterReply else {
            phase = .reading
            deadline = MonotonicClock.now &+ server.limits.keepAlive
            return advance()
        }
        deadline = MonotonicClock.never
        phase = .flushing
        lingers = lingers || !inbound.isEmpty || mayRead && !peerHasClosed
        if outbound.isEmpty { endOutput() }
    }

    /// Answers something that is no request, and closes.
    func refuse(_ problem: Problem) {
        let id = exchange?.id ?? server.ids.next()
        server.scratch.removeAll(keepingCapacity: true)
        server.date.refresh()
        let body = problem.json(requestID: id).bytes
        let head = ResponseHead(
            status: problem.status,
            headers: HTTPHeaders([("content-type", "application/problem+json")] + problem.headers),
            framing: .length(body.count), id: id, closes: true)
        _ = head.append(to: &server.scratch, date: server.date.line)
        exchange = nil
        bytesSent = 0
        deadline = MonotonicClock.never
        phase = .flushing
        lingers = true
        send(body)
        server.recordRefusal(problem, id: id)
        if phase == .flushing, outbound.isEmpty { endOutput() }
    }
}
