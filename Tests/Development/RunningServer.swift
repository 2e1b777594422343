import EventLoop
import HTTPClient
import HTTPServer
import Kernel
import ModelGateway
import Telemetry
import Vault

@testable import Service

/// A development model server on a free port, with a brain that the test can foresee.
final class RunningServer: Sendable {
    let loops = EventLoopGroup(count: 1, name: "test")
    let client: HTTPClient
    let url: String
    private let server: HTTPServer

    private init(_ server: HTTPServer, _ loops: EventLoopGroup, port: Int) {
        self.server = server
        url = "http://127.0.0.1:\(port)"
        client = HTTPClient(loops: self.loops, egress: .allowing(hosts: ["127.0.0.1:\(port)"], plainHTTP: true))
    }

    static func with(
        deltaInterval: Duration = .zero, metrics: Metrics = Metrics(), _ body: (RunningServer) async throws -> Void
    ) async throws {
        let loops = EventLoopGroup(count: 1, name: "model")
        let model = DevelopmentModelServer(deltaInterval: deltaInterval, brain: brain)
        var configuration = HTTPServerConfiguration()
        configuration.accessLog = nil
        configuration.maximumBodyBytes = DevelopmentModelServer.maximumRequestBytes
        let server = HTTPServer(
            configuration: configuration, loops: loops,
            logger: Logger(component: "test", level: .error, sink: .discard), metrics: metrics,
            handler: model.handler)
        let address = try await server.start()
        let running = RunningServer(server, loops, port: address.port)
        defer {
            running.loops.stop()
            loops.stop()
        }
        try await body(running)
        await server.drain(deadline: .zero)
    }

    static let text =
        "Grüße! " + String(repeating: "This is a development model, and it answers at some length. ", count: 10)
    static let title: JSON = ["title": "Größe \u{1F4A1} \"quoted\"", "tags": ["a", "b"]]

    /// Says what the last message asks for: `text`, `tool`, or how many results came.
    private static func brain(_ request: ModelRequest) -> [BrainBlock] {
        let results = request.messages.last?.content.count { if case .toolResult = $0 { true } else { false } } ?? 0
        if results > 0 { return [.text("\(results) results")] }
        return switch request.messages.last?.text {
        case "tool": [.text("I name it."), .tool(name: "set_title", input: title), .tool(name: "finish", input: [:])]
        default: [.text(text)]
        }
    }

    static let tools = [
        ToolDefinition(
            name: "set_title", description: "Names it.",
            schema: .object([.required("title", .string()), .optional("tags", .array(.string()))]))
    ]

    func request(_ say: String, maxTokens: Int = 2_000) -> ModelRequest {
        ModelRequest(
            model: "claude-sonnet-4-5", messages: [.user(say)], tools: Self.tools, maxTokens: maxTokens)
    }

    /// A whole call through the real provider, its events thrown away.
    func call(
        _ request: ModelRequest, key: String = "dev-test", timeouts: ModelTimeouts = ModelTimeouts(),
        over provider: Provider = .anthropic
    ) async throws -> ModelReply {
        try await self.provider(provider, timeouts: timeouts)
            .stream(request, key: SecretBytes(copying: key.utf8)) { _ in }
    }

    /// The real client of that provider, which finds this server in its place.
    func provider(
        _ provider: Provider, timeouts: ModelTimeouts = ModelTimeouts(), client: HTTPClient? = nil, url: String? = nil
    ) throws -> any ModelProvider {
        ProviderClients(ProviderDirectory(), http: client ?? self.client, timeouts: timeouts)
            .client(for: provider, at: try BaseURL(provider.developmentURL(at: url ?? self.url)))
    }
}
