internal import EventLoop
internal import HTTPServer
package import Kernel
package import ModelGateway
package import Pipeline
package import Service
internal import Synchronization
internal import Telemetry
internal import TestSupport

/// The development model server with answers of a test's choosing: the real provider talks to it over HTTP.
package final class ScriptedModel: Sendable {
    package typealias Script = @Sendable (ModelRequest) -> [BrainBlock]

    private struct State {
        var usual: Script?
        var next: [AgentName: [Script]] = [:]
        var always: [AgentName: Script] = [:]
        var requests: [(agent: AgentName, request: ModelRequest)] = []
        /// By agent, how many of its answers still go out.
        var held: [AgentName: Int] = [:]
        var waiting: [AgentName: Int] = [:]
    }

    private let state = Mutex(State())
    private let textInterval: Duration
    private let server = Mutex<HTTPServer?>(nil)
    private let address = Mutex("")

    package var url: String { address.withLock { $0 } }

    /// - Parameter textInterval: the pause between two pieces of a streamed answer.
    init(textInterval: Duration) { self.textInterval = textInterval }

    func start() async throws {
        let model = DevelopmentModelServer(deltaInterval: textInterval) { [self] in answer($0) }
        var configuration = HTTPServerConfiguration()
        configuration.accessLog = nil
        configuration.maximumBodyBytes = DevelopmentModelServer.maximumRequestBytes
        let server = HTTPServer(
            configuration: configuration, loops: TestDatabase.loops,
            logger: Logger(component: "model", level: .error, sink: .discard), metrics: Metrics(),
            handler: { [self] request in try await handle(request, model.handler) })
        let port = try await server.start().port
        address.withLock { $0 = "http://127.0.0.1:\(port)" }
        self.server.withLock { $0 = server }
    }

    func stop() async { await server.withLock { $0 }?.drain(deadline: .zero) }

    // MARK: What a test says

    /// Answers every agent by `brain` instead of by the sample project.
    package func answer(with brain: @escaping Script) { state.withLock { $0.usual = brain } }

    /// The agent's next calls, one script each; afterwards it answers as usual again.
    package func next(_ agent: AgentName, _ scripts: Script...) {
        state.withLock { $0.next[agent, default: []] += scripts }
    }

    /// The agent's next calls, one tool call each.
    package func next(_ agent: AgentName, tool: String, _ inputs: JSON...) {
        for input in inputs { next(agent, { _ in [.tool(name: tool, input: input)] }) }
    }

    package func always(_ agent: AgentName, _ script: @escaping Script) {
        state.withLock { $0.always[agent] = script }
    }

    package func always(_ agent: AgentName, tool: String, _ input: JSON) {
        always(agent) { _ in [.tool(name: tool, input: input)] }
    }

    /// From here on, but for the next few, answers of this agent are ready and not sent before `release`.
    package func hold(_ agent: AgentName, after count: Int = 0) { state.withLock { $0.held[agent] = count } }

    package func release(_ agent: AgentName) { state.withLock { $0.held[agent] = nil } }

    /// Returns when so many answers of this agent are being held.
    package func heldAnswers(_ agent: AgentName, _ count: Int = 1) async throws {
        guard await eventually({ state.withLock { $0.waiting[agent, default: 0] } >= count }) else {
            throw Unexpected("no call of \(agent.rawValue) came")
        }
    }

    /// How often this agent was called.
    package func calls(of agent: AgentName) -> Int { requests(of: agent).count }

    package var calls: Int { state.withLock { $0.requests.count } }

    package func requests(of agent: AgentName) -> [ModelRequest] {
        state.withLock { $0.requests.filter { $0.agent == agent }.map(\.request) }
    }

    // MARK: What the server does

    private func answer(_ request: ModelRequest) -> [BrainBlock] {
        guard let agent = Self.agent(in: request) else { return [.text("Who is asked?")] }
        Call.current?.agent.withLock { $0 = agent }
        let script = state.withLock { state -> Script? in
            state.requests.append((agent, request))
            if state.next[agent]?.isEmpty == false { return state.next[agent]?.removeFirst() }
            return state.always[agent] ?? state.usual
        }
        return script?(request) ?? SampleProject.answer(agent, to: request)
    }

    private func handle(_ request: Request, _ handler: Handler) async throws -> Response {
        let call = Call()
        let response = try await Call.$current.withValue(call) { try await handler(request) }
        guard let agent = call.agent.withLock({ $0 }), isHeld(agent) else { return response }
        state.withLock { $0.waiting[agent, default: 0] += 1 }
        defer { state.withLock { $0.waiting[agent, default: 0] -= 1 } }
        while state.withLock({ $0.held[agent] != nil }) { try await Task.sleep(for: .milliseconds(2)) }
        return response
    }

    private func isHeld(_ agent: AgentName) -> Bool {
        state.withLock { state in
            guard let left = state.held[agent] else { return false }
            state.held[agent] = max(0, left - 1)
            return left == 0
        }
    }

    /// The marker that ends the first line of every system prompt.
    private static func agent(in request: ModelRequest) -> AgentName? {
        let line = request.system.first?.text.prefix { !$0.isNewline } ?? ""
        return line.ranges(of: "Agent: ").last.flatMap { AgentName(rawValue: String(line[$0.upperBound...])) }
    }
}

/// Which agent a request of the server turned out to be for.
private final class Call: Sendable {
    @TaskLocal static var current: Call?
    let agent = Mutex<AgentName?>(nil)
}
