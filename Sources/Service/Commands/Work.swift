internal import EventLoop
internal import Features
internal import Glibc
internal import HTTPClient
internal import Jobs
internal import Kernel
internal import ModelGateway
internal import ObjectStore
internal import Pipeline
internal import Postgres
internal import ProviderKeys
internal import Telemetry
internal import Vault

/// `specwright work`: does the jobs. The only role that can open a provider key.
struct Work {
    let configuration: WorkConfiguration

    func run() async throws {
        let common = configuration.common
        let logger = Logger(component: "work", level: common.logLevel)
        let metrics = Metrics()
        let loops = EventLoopGroup(count: common.loops)
        let (database, listener) = common.openDatabase(
            for: "work", loops: loops, logger: logger, metrics: metrics)
        let infrastructure = HTTPClient(
            loops: loops,
            egress: .allowing(hosts: [common.objectStore.endpoint].compactMap(URLHost.of), plainHTTP: true))
        let objects = try S3.open(
            common.objectStore, client: infrastructure,
            pool: BlockingPool(threads: common.objectStore.signature == .v2 ? 16 : 2))
        let models = HTTPClient(loops: loops, egress: common.egress)
        let runner = StepRunner(
            services: PipelineServices(
                database: database, objects: objects,
                clients: ProviderClients(common.providers, http: models),
                opener: configuration.opener, catalogue: configuration.catalogue,
                developmentModel: configuration.developmentModel, storageQuota: common.storageQuota, logger: logger,
                metrics: metrics,
                sha256: { SHA256.digest($0) }))
        let keys = VerifyProviderKey(
            database: database, opener: configuration.opener, directory: common.providers,
            check: KeyCheck(client: models),
            keyArrived: { tenant, tx in try await FeatureStore.keyArrived(tenant: tenant, in: tx) }, logger: logger)
        let worker = JobWorker(
            name: "work-\(getpid())", database: database, listener: listener, loops: loops,
            concurrency: configuration.concurrency, tenantConcurrency: configuration.tenantConcurrency, logger: logger,
            metrics: metrics, handlers: runner.handlers.merging(keys.handlers) { $1 },
            undertaker: runner.undertaker)
        let metricsServer = MetricsServer(
            address: configuration.metricsListen, loops: loops, logger: logger, metrics: metrics)
        try await metricsServer.start()
        let sweeper = Sweeper(
            database: database,
            sweeps: [
                .stalledFeatures(database, logger: logger), .silentAnswers(database, logger: logger),
                .orphanedCalls(database), .budgetWaits(database),
                .unreferencedObjects(database, objects, interval: configuration.objectSweepInterval),
                .idempotencyKeys(database), .rateBuckets(database), .deletedTenants(database),
                .oldEvents(database, retention: .seconds(configuration.eventRetentionDays * 86_400)),
            ], logger: logger, metrics: metrics)
        let sweeping = Task(executorPreference: loops.next()) { await sweeper.run() }
        let working = Task(executorPreference: loops.next()) { await worker.run() }
        logger.info("working", ("concurrency", .int(configuration.concurrency)))

        await Signals.wait()
        logger.info("draining")
        sweeping.cancel()
        working.cancel()
        await sweeping.value
        await working.value
        await metricsServer.stop()
        await listener.close()
        await database.close()
        logger.info("stopped")
        LogSink.flush()
    }
}
