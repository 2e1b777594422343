internal import EventLoop
internal import HTTPServer
internal import Telemetry

/// `/metrics`, on a port of its own that no proxy forwards to; `/health` beside it.
struct MetricsServer {
    private let server: HTTPServer

    init(address: (host: String, port: Int), loops: EventLoopGroup, logger: Logger, metrics: Metrics) {
        var router = Router()
        router.on(.get, "/metrics") { _ in
            Response(
                headers: HTTPHeaders([("content-type", "text/plain; version=0.0.4; charset=utf-8")]),
                body: .bytes(metrics.render()))
        }
        router.on(.get, "/health") { _ in .text("ok\n") }
        var configuration = HTTPServerConfiguration(host: address.host, port: address.port)
        configuration.accessLog = nil
        // Its own requests are not what it reports.
        server = HTTPServer(
            configuration: configuration, loops: loops, logger: logger, metrics: Metrics(), handler: router.handler)
    }

    func start() async throws { try await server.start() }
    func stop() async { await server.drain(deadline: .seconds(1)) }
}
