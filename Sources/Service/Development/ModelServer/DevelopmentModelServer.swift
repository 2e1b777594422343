package import HTTPServer
package import Kernel
package import ModelGateway

/// A stand-in for model providers on this machine, so that the real client code runs without an account. It speaks
/// Anthropic's Messages and OpenAI's Chat Completions.
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
            let wire = Self.wire(of: request)
            do {
                return labelled(try await answer(request, wire), request.id)
            } catch let error as WireError {
                return labelled(Self.response(error, wire, request.id), request.id)
            } catch let problem as Problem {
                let error: WireError = problem.status == 413 ? .tooLarge : WireError(problem)
                return labelled(Self.response(error, wire, request.id), request.id)
            }
        }
    }

    /// Both protocols have a list of models at the same address; only Anthropic's clients name a version.
    private static func wire(of request: Request) -> Question.Wire {
        switch request.path {
        case "/v1/chat/completions": .completions
        case "/v1/models": request.headers["anthropic-version"] == nil ? .completions : .messages
        default: .messages
        }
    }

    private func answer(_ request: Request, _ wire: Question.Wire) async throws -> Response {
        switch (request.method, request.path) {
        case (.get, "/health"), (.head, "/health"):
            return .json(["status": "ok", "model": .string(ModelServerNames.model), "development_model": true])
        case (.post, "/v1/messages"), (.post, "/v1/chat/completions"): return try await converse(request, wire)
        case (.get, "/v1/models"):
            _ = try DevelopmentKey(headers: request.headers)
            return .json(Self.models(wire))
        default: throw WireError.unknownAddress
        }
    }

    private static func models(_ wire: Question.Wire) -> JSON {
        let id = JSON.string(ModelServerNames.model)
        return switch wire {
        case .messages:
            [
                "data": [
                    [
                        "type": "model", "id": id, "display_name": "Development model (not an AI model)",
                        "created_at": "1970-01-01T00:00:00Z",
                    ]
                ], "has_more": false, "first_id": id, "last_id": id,
            ]
        case .completions:
            ["object": "list", "data": [["id": id, "object": "model", "created": 0, "owned_by": "specwright"]]]
        }
    }

    private func converse(_ http: Request, _ wire: Question.Wire) async throws -> Response {
        let key = try DevelopmentKey(headers: http.headers)
        let version = wire == .messages ? try WireVersion(header: http.headers["anthropic-version"]) : .first
        let body = try await http.body.collect(limit: Self.maximumRequestBytes)
        let question =
            switch wire {
            case .messages: try Question(messages: body, account: key.account, version: version)
            case .completions: try Question(completions: body, account: key.account)
            }
        let asked = http.headers.all("x-specwright-fault").flatMap { $0.split(separator: "+") } + key.faults
        let fault = try faults.fault(asked: asked, account: key.account, agent: question.agent)
        if let error = fault?.error { throw error }
        if fault == .silent { try await Self.beSilent() }

        let blocks = FaultyBrain.blocks(brain(question.request), with: fault, to: question.request)
        var answer = Answer(blocks, to: question)
        if fault == .refusal { answer.refuse() }
        if fault == .badToolJSON { answer.breakToolInput() }
        let writer: any AnswerWriter =
            switch wire {
            case .messages: MessagesWriter(answer: answer, input: cache.count(question.trail))
            case .completions:
                CompletionsWriter(
                    answer: answer, input: cache.countAutomatic(question.trail), wantsUsage: question.wantsUsage)
            }
        return question.isStreamed ? streamed(writer, fault) : try await whole(writer, fault)
    }

    private func whole(_ writer: any AnswerWriter, _ fault: Fault?) async throws -> Response {
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
    private func streamed(_ writer: any AnswerWriter, _ fault: Fault?) -> Response {
        let (events, stop) = (writer.events, writer.stopIndex)
        let (overloaded, malformed) = (type(of: writer).overloaded, type(of: writer).malformed)
        let interval = deltaInterval
        return Response(
            headers: HTTPHeaders([("content-type", "text/event-stream; charset=utf-8"), ("cache-control", "no-cache")]),
            body: .stream(contentLength: nil) { body in
                // Faults come in the middle: after the head of the answer, before its stop reason.
                let middle = max(1, stop / 2)
                for (index, event) in events.enumerated() {
                    if index == middle {
                        switch fault {
                        case .stall: try await Self.beSilent()
                        case .halfStream:
                            try await body.write(Array(event.prefix(event.count / 2)))
                            throw BrokenOnPurpose()
                        case .errorEvent:
                            try await body.write(overloaded)
                            return
                        case .malformedJSON: try await body.write(malformed)
                        default: break
                        }
                    }
                    if fault == .noStop, index == stop { return }
                    try await body.write(event)
                    if interval > .zero { try await Task.sleep(for: interval) }
                }
            })
    }

    /// Until the client goes, or an hour is over.
    private static func beSilent() async throws { try await Task.sleep(for: .seconds(3_600)) }

    private func labelled(_ response: Response, _ id: RequestID) -> Response {
        var response = response
        response.headers.replace("x-specwright-development-model", "true")
        // Anthropic's name for it; OpenAI's, x-request-id, the server sets itself.
        response.headers.replace("request-id", "req_\(id)")
        return response
    }

    private static func response(_ error: WireError, _ wire: Question.Wire, _ id: RequestID) -> Response {
        let wait = error.retryAfterSeconds.map { [("retry-after", String($0))] } ?? []
        return switch wire {
        case .messages: .json(status: error.status, headers: wait, error.json(requestID: "req_\(id)"))
        case .completions:
            .json(status: error.completionsStatus, headers: wait + error.completionsHeaders, error.completionsJSON)
        }
    }
}

/// Makes the HTTP server cut the connection in the middle of a body.
private struct BrokenOnPurpose: Error {}
