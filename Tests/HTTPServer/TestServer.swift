import EventLoop
import HTTPServer
import Telemetry

/// Runs a server on two loops of its own for as long as `body` runs.
func withServer(
    _ handler: @escaping Handler, logger: Logger = Logger(component: "test", sink: .discard),
    metrics: Metrics = Metrics(), finishing: [any ResponseFinish] = [],
    configure: (inout HTTPServerConfiguration) -> Void = { _ in },
    body: (RunningServer) async throws -> Void
) async throws {
    var configuration = HTTPServerConfiguration()
    configure(&configuration)
    let loops = EventLoopGroup(count: 2)
    let server = HTTPServer(
        configuration: configuration, loops: loops, logger: logger, metrics: metrics, handler: handler,
        finishing: finishing)
    let address = try await server.start()
    let running = RunningServer(server: server, port: address.port, metrics: metrics)
    do {
        try await body(running)
    } catch {
        await server.drain(deadline: .zero)
        loops.stop()
        throw error
    }
    await server.drain(deadline: .zero)
    loops.stop()
}

struct RunningServer: Sendable {
    let server: HTTPServer
    let port: Int
    let metrics: Metrics

    var metricsText: String { String(decoding: metrics.render(), as: UTF8.self) }

    func connect(receiveBuffer: Int32? = nil) throws -> RawClient {
        try RawClient(port: port, receiveBuffer: receiveBuffer)
    }
}
