internal import EventLoop
internal import HTTPServer
internal import Kernel
internal import Telemetry

/// `specwright development-issuer`: gives anybody a token. For development only.
struct DevelopmentIssuerCommand {
    /// The tokens' `iss`: a fixed name, so that people stay the same people when the port changes.
    static let issuer = "https://development-issuer.specwright.invalid"
    static let audience = "specwright-development"

    func run() async throws {
        var settings = Settings.process()
        let directory = settings.required("SPECWRIGHT_ISSUER_KEYS", "the folder of the issuer's signing keys")
        let port = settings.integer("SPECWRIGHT_PORT", in: 0...65_535, default: 0)
        try settings.check()
        let loops = EventLoopGroup(count: 1)
        let issuer = IdentityIssuer(
            configuration: IdentityIssuerConfiguration(
                port: port, directory: directory, audience: Self.audience, name: Self.issuer),
            loops: loops, logger: Logger(component: "development-issuer"), metrics: Metrics())
        let url = try await issuer.start()
        try AddressFile.write(url: url)
        await Signals.wait()
        await issuer.stop()
        LogSink.flush()
    }
}

/// `specwright development-model`: answers like a model provider, from a script. For development only.
struct DevelopmentModelCommand {
    func run() async throws {
        var settings = Settings.process()
        let port = settings.integer("SPECWRIGHT_PORT", in: 0...65_535, default: 0)
        try settings.check()
        let brain = DevelopmentBrain()
        let model = DevelopmentModelServer { brain.reply(to: $0) }
        let loops = EventLoopGroup(count: 1)
        let logger = Logger(component: "development-model")
        var configuration = HTTPServerConfiguration(host: "127.0.0.1", port: port)
        configuration.maximumBodyBytes = DevelopmentModelServer.maximumRequestBytes
        let server = HTTPServer(
            configuration: configuration, loops: loops, logger: logger, metrics: Metrics(), handler: model.handler)
        let address = try await server.start()
        try AddressFile.write(host: "127.0.0.1", port: address.port)
        logger.warning("development model: a script answers, not an AI", ("port", .int(address.port)))
        await Signals.wait()
        await server.drain(deadline: .seconds(1))
        LogSink.flush()
    }
}
