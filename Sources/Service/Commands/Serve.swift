internal import Conversation
internal import EventLoop
internal import Features
internal import HTTPClient
internal import HTTPServer
internal import Kernel
internal import ObjectStore
internal import Postgres
internal import ProviderKeys
internal import Telemetry
internal import Tenancy
internal import Tokens
internal import Vault

/// `specwright serve`: the API. Runs until SIGTERM, then finishes what is under way.
struct Serve {
    let configuration: ServeConfiguration

    func run() async throws {
        let common = configuration.common
        let logger = Logger(component: "serve", level: common.logLevel)
        let metrics = Metrics()
        let loops = EventLoopGroup(count: common.loops)
        let (database, listener) = common.openDatabase(
            for: "serve", loops: loops, logger: logger, metrics: metrics)
        let client = HTTPClient(loops: loops, egress: infrastructureEgress)
        let hub = WakeUpHub(streamsPerPerson: configuration.streamsPerPerson)
        let readiness = Readiness(database: database)
        let routes = Routes(
            database: database,
            objects: try S3.open(
                common.objectStore, client: client,
                pool: BlockingPool(threads: common.objectStore.signature == .v2 ? 16 : 1)),
            storageQuota: common.storageQuota, links: configuration.links,
            verifier: TokenVerifier(
                issuers: configuration.issuers, fetch: HTTPJWKSFetcher(client: client),
                report: { report in
                    if case .failed(let issuer, let error) = report {
                        logger.warning(
                            "an issuer's keys cannot be had", ("issuer", .string(issuer)), ("error", .error(error)))
                    }
                }),
            sealer: configuration.sealer,
            providers: common.providers, catalogue: configuration.catalogue, hub: hub,
            invitationPage: configuration.invitationPage, readiness: readiness, rates: configuration.rates,
            docsAssets: configuration.docsAssets)
        let server = HTTPServer(
            configuration: HTTPServerConfiguration(host: configuration.listen.host, port: configuration.listen.port),
            loops: loops, logger: logger, metrics: metrics, handler: routes.router().handler,
            finishing: Conventions.finishing(origins: configuration.origins))
        let metricsServer = MetricsServer(
            address: configuration.metricsListen, loops: loops, logger: logger, metrics: metrics)

        let forwarding = Task {
            await withTaskGroup { group in
                group.addTask { await routes.seen.run(listener: listener) }
                for channel in [EventStore.channel, ChatStore.channel] {
                    group.addTask { await hub.run(listener: listener, channel: channel) }
                }
            }
        }
        let address = try await server.start()
        try await metricsServer.start()
        try AddressFile.write(host: configuration.listen.host, port: address.port)
        logger.info("listening", ("host", .string(configuration.listen.host)), ("port", .int(address.port)))

        await Signals.wait()
        logger.info("draining")
        readiness.startDraining()
        await server.drain(deadline: .seconds(20))
        forwarding.cancel()
        await metricsServer.stop()
        await listener.close()
        await database.close()
        logger.info("stopped")
        LogSink.flush()
    }

    /// Identity provider and object store are the operator's own choice, wherever they are.
    private var infrastructureEgress: EgressPolicy {
        .allowing(
            hosts: (configuration.issuers.map(\.place) + [configuration.common.objectStore.endpoint])
                .compactMap(URLHost.of),
            plainHTTP: true)
    }
}
