package import HTTPServer
package import Kernel
package import ModelGateway

/// A stand-in for Anthropic's Messages API on this machine, so that the real client code runs without an account.
///
/// It is not an AI model: a scripted brain answers. Every response says so in `x-specwright-development-model`, and
/// every answer names `development-model` as its model. Keys are described in `DevelopmentKey`, faults in `FaultPlan`.
package final class DevelopmentModelServer: Sendable {
    package typealias Brain = @Sendable (ModelRequest) -> [BrainBlock]

    /// As the API's own limit; the HTTP server in front must let that much pass.
    package static let maximumRequestBytes = 32 << 20

    private let brain: Brain
    private let deltaInterval: Duration
    private let faults = FaultPlan()
    private let cache: PromptCache

    /// - Parameter deltaInterval: the pause between two events of a streamed answer, for people who like to watch.
    package init(
        deltaInterval: Duration = .zero, clock: any WallClock = SystemClock(), brain: @escaping Brain
    ) {
        self.brain = brain
        self.deltaInterval = deltaInterval
        self.cache = PromptCache(clock: clock)
    }

    package var handler: Handler {
        { [self] request in
            do {
                return labelled(try await answer(request), request.id)
            } catch let error as WireError {
                return labelled(Self.response(error, request.id), request.id)
            } catch let problem as Problem {
                let error: WireError = problem.status == 413 ? .tooLarge : WireError(problem)
                return labelled(Self.response(error, request.id), request.id)
            }
        }
    }

    private func answer(_ request: Request) async throws -> Response {
        switch (request.method, request.path) {
        case (.get, "/health"), (.head, "/health"):
            return .json(["status": "ok", "model": .string(AnswerWriter.modelName), "development_model": true])
        case (.get, "/v1/models"): return try Self.models(request)
        case (.post, "/v1/messages"): return try await messages(request)
        default: throw WireError.unknownAddress
        }
    }

    /// For whoever has a key, as both protocols have it: what one of them does not know, the other does not mind.
    private static func models(_ http: Request) throws -> Response {
        _ = try DevelopmentKey(headers: http.headers)
        let name = AnswerWriter.modelName
        return .json([
            "object": "list", "has_more": false, "first_id": .string(name), "last_id": .string(name),
            "data": [
                [
                    "id": .string(name), "type": "model", "object": "model", "display_name": "Development model",
                    "created": 0, "created_at": "1970-01-01T00:00:00Z", "owned_by": "specwright",
                ]
            ],
        ])
    }

    private func messages(_ http: Request) async throws -> Response {
        let key = try DevelopmentKey(headers: http.headers)
        let version = try WireVersion(header: http.headers["anthropic-version"])
        let body = try await http.body.collect(limit: Self.maximumRequestBytes)
        let request = try MessagesRequest(body: body, account: key.account, version: version)
        let asked = http.headers.all("x-specwright-fault").flatMap { $0.split(separator: "+") } + key.faults
        let fault = try faults.fault(asked: asked, account: key.account, agent: request.agent)
        if let error = fault?.error { throw error }
        if fault == .silent { try await Self.beSilent() }

        let blocks = FaultyBrain.blocks(brain(request.request), with: fault, to: request.request)
        var answer = Answer(blocks, to: request)
        if fault == .refusal { answer.refuse() }
        if fault == .badToolJSON { answer.breakToolInput() }
        let writer = AnswerWriter(answer: answer, input: cache.count(request.trail))
        return request.isStreamed ? streamed(writer, fault) : try await whole(writer, fault)
    }

    private func whole(_ writer: AnswerWriter, _ fault: Fault?) async throws -> Response {
        var body = writer.whole
        switch fault {
        case .stall: try await Self.beSilent()
        case .errorEvent: throw WireError.overloaded
        case .halfStream, .noStop, .malformedJSON: body = Array(body.prefix(body.count / 2))
        default: break
        }
        return Response(headers: HTTPHeaders([("content-type", "application/json")]), body: .bytes(body))
    }

    /// Not `Response.eventStream`: its keep-alive comments would make a stalled answer look alive.
    private func streamed(_ writer: AnswerWriter, _ fault: Fault?) -> Response {
        let events = writer.events
        let interval = deltaInterval
        return Response(
            headers: HTTPHeaders([("content-type", "text/event-stream; charset=utf-8"), ("cache-control", "no-cache")]),
            body: .stream(contentLength: nil) { body in
                // Faults come in the middle: after the head of the answer, before its stop reason.
                let middle = max(1, (events.count - 2) / 2)
                for (index, event) in events.enumerated() {
                    if index == middle, let fault {
                        guard try await Self.goesOn(after: fault, instead: event, body) else { return }
                    }
                    if fault == .noStop, index == events.count - 2 { return }
                    try await body.write(event)
                    if interval > .zero { try await Task.sleep(for: interval) }
                }
            })
    }

    /// Plays a fault of the middle of a stream; false when nothing is to follow.
    private static func goesOn(
        after fault: Fault, instead event: [UInt8], _ body: BodyWriter
    ) async throws -> Bool {
        switch fault {
        case .stall: try await beSilent()
        case .halfStream:
            try await body.write(Array(event.prefix(event.count / 2)))
            throw BrokenOnPurpose()
        case .errorEvent: try await body.write(AnswerWriter.overloaded)
        case .malformedJSON:
            try await body.write(AnswerWriter.frame("content_block_delta", data: Array("{\"type\":\"content_bl".utf8)))
            return true
        default: return true
        }
        return false
    }

    /// Until the client goes, or an hour is over.
    private static func beSilent() async throws { try await Task.sleep(for: .seconds(3_600)) }

    private func labelled(_ response: Response, _ id: RequestID) -> Response {
        var response = response
        response.headers.replace("x-specwright-development-model", "true")
        response.headers.replace("request-id", "req_\(id)")
        return response
    }

    private static func response(_ error: WireError, _ id: RequestID) -> Response {
        var headers: [(String, String)] = []
        if let seconds = error.retryAfterSeconds { headers.append(("retry-after", String(seconds))) }
        return .json(status: error.status, headers: headers, error.json(requestID: "req_\(id)"))
    }
}

/// Makes the HTTP server cut the connection in the middle of a body.
private struct BrokenOnPurpose: Error {}
