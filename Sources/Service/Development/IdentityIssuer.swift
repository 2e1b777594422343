package import EventLoop
internal import Glibc
internal import HTTPServer
internal import Kernel
internal import Synchronization
package import Telemetry
internal import Tokens

/// Stands in for an identity provider on a developer's machine: gives a token to whoever asks, for any name.
///
/// It listens on loopback only, takes requests for that address only, and says what it is wherever it shows.
package final class IdentityIssuer: Sendable {
    private let configuration: IdentityIssuerConfiguration
    private let loops: EventLoopGroup
    private let logger: Logger
    private let metrics: Metrics
    private let running = Mutex<HTTPServer?>(nil)

    package init(
        configuration: IdentityIssuerConfiguration, loops: EventLoopGroup, logger: Logger, metrics: Metrics
    ) {
        self.configuration = configuration
        self.loops = loops
        self.logger = logger
        self.metrics = metrics
    }

    /// Loads or makes the keys, and listens.
    ///
    /// - Returns: The URL that its addresses begin with, which is also its name unless it was given another.
    package func start() async throws -> String {
        mkdir(configuration.directory, 0o700)
        let keys = IdentityIssuerKeys(file: IdentityIssuerKeyFile(directory: configuration.directory))
        try await keys.load()
        let routes = IdentityIssuerRoutes(configuration: configuration, keys: keys, logger: logger)
        var serverConfiguration = HTTPServerConfiguration(host: "127.0.0.1", port: configuration.port)
        serverConfiguration.maximumBodyBytes = 16_384
        serverConfiguration.accessLog = .debug
        let server = HTTPServer(
            configuration: serverConfiguration, loops: loops, logger: logger, metrics: metrics,
            handler: routes.router.handler)
        let address = try await server.start()
        running.withLock { $0 = server }
        let url = "http://127.0.0.1:\(address.port)"
        keys.name(configuration.name ?? url, at: url)
        logger.warning(
            "development identity issuer: it gives anybody a token for any name", ("url", .string(url)))
        return url
    }

    package func stop() async {
        await running.withLock { $0 }?.drain(deadline: .seconds(1))
    }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter ready: Told the issuer's URL once it listens.
    package func run(ready: @Sendable (String) -> Void = { _ in }) async throws {
        ready(try await start())
        let (cancelled, continuation) = AsyncStream.makeStream(of: Never.self)
        await withTaskCancellationHandler {
            for await _ in cancelled {}
        } onCancel: {
            continuation.finish()
        }
        await stop()
    }

    /// Where an issuer of that name publishes its keys.
    package static func jwksURL(of issuer: String) -> String { issuer + IdentityIssuerRoutes.jwksPath }
}
