internal import Artifacts
internal import Conversation
internal import Embedded
internal import Features
internal import HTTPClient
internal import HTTPServer
internal import Jobs
package import Kernel
package import ModelGateway
package import ObjectStore
internal import Pipeline
internal import Postgres
package import ProviderKeys
package import RateLimits
internal import Synchronization
package import Telemetry
internal import Tenancy
package import TestSupport
package import Tokens
package import Vault

@testable package import Service

/// The whole service in this process, of real parts: PostgreSQL, S3, the HTTP server with the real routes, tokens and
/// keys, workers, and the real provider that talks to a scripted model server.
///
///     try await TestService.with { service in
///         let alice = try await service.keyed("alice")
///         let reply = try await alice.get("/api/features")
///     }
package final class TestService: Sendable {
    package struct Options: Sendable {
        /// Whether a worker runs from the start.
        package var works = true
        /// Whether workers check keys with their provider when they are stored. Otherwise a key that is refused is met by the
        /// step that uses it, sooner than by the check.
        package var checksKeys = false
        /// Whether the identity provider's keys can be fetched.
        package var hasIdentityKeys = true
        /// Whether every log line is captured, access and debugging included, and not only what is wrong.
        package var logsAll = false
        /// The pause between two pieces of what the model says.
        package var textInterval: Duration = .zero
        /// The model that every agent uses.
        package var modelName = "development-model"
        /// Whether the workers choose models as for real providers; the scripted server answers under any name.
        package var usesRoutes = false
        package var breakers = CircuitBreakers()
        package var handsOutLinks = false
        /// Whose pages may call it from a browser.
        package var origins: [String] = []
        /// How much one client may ask for; without limits, for tests ask for a lot.
        package var rates = RateRules()
        /// Swagger UI's files, for `/docs`.
        package var docsAssets: DocsAssets?
        /// What a tenant may store, in bytes.
        package var storageBytes = StorageQuota.standard.limit
        /// Whether every successful call that must be in the audit log is looked for there.
        package var checksAudit = false
        /// Whose tokens let people in; the tests' own issuer unless given.
        package var verifier: TokenVerifier?
        package init() {}
    }

    package let database: TestDatabase
    package let model: ScriptedModel
    package let objects: any ObjectStore
    package let log: LogCapture
    /// Of the server and of the workers.
    package let metrics = Metrics()
    let logsAll: Bool
    private let checksAudit: Bool
    /// Every method and path that the service answers.
    package let routes: [(method: String, path: String)]
    /// Those that say of themselves that they will go.
    package let deprecatedRoutes: [String]
    package let vault: VaultKeys
    private let modelName: String
    private let storageQuota: StorageQuota
    /// The KEK that a rotation would go to; workers hold it already.
    package let nextKEK = KEKSecretKey.generate(id: KEKID("kek-2")!)
    let readiness: Readiness
    private let usesRoutes: Bool
    private let breakers: CircuitBreakers
    private let checksKeys: Bool
    let http: HTTPClient
    package let url: String
    private let server: Mutex<HTTPServer>
    private let handler: Handler
    private let makeRoutes: @Sendable (Database, WakeUpHub) throws -> Routes
    private let furtherServers = Mutex<[HTTPServer]>([])
    private let furtherTasks = Mutex<[Task<Void, Never>]>([])
    private let finishing: [any ResponseFinish]
    private let hub: Task<Void, Never>
    private let finder: RouteFinder
    private let workers = Mutex<[TestWorker]>([])
    private let answered = Mutex<Set<String>>([])

    /// Lends a service for the length of `body`.
    package static func with(
        _ configure: (inout Options) -> Void = { _ in }, _ body: @Sendable (TestService) async throws -> Void
    ) async throws {
        var options = Options()
        configure(&options)
        let chosen = options
        try await TestDatabase.with(.migrated) { database in
            let service = try await TestService(database, chosen)
            do {
                if chosen.works { try await service.startWorker() }
                try await body(service)
            } catch {
                await service.stop()
                throw error
            }
            await service.stop()
        }
    }

    private static let localClient = HTTPClient(
        loops: TestDatabase.loops, egress: .allowing(hosts: ["127.0.0.1"], plainHTTP: true))

    private init(_ database: TestDatabase, _ options: Options) async throws {
        self.database = database
        http = Self.localClient
        checksKeys = options.checksKeys
        usesRoutes = options.usesRoutes
        breakers = options.breakers
        storageQuota = StorageQuota(limit: options.storageBytes)
        logsAll = options.logsAll
        checksAudit = options.checksAudit
        // Its own: the same person of another service has the same prefix, and may delete all of it.
        objects = try await TestS3.shared.storeInNewBucket()
        vault = VaultKeys.generate()
        modelName = options.modelName
        model = ScriptedModel(textInterval: options.textInterval)
        try await model.start()
        log = LogCapture()
        readiness = Readiness(database: database.api)
        let hub = WakeUpHub()
        let (objects, storageQuota, sealer) = (objects, storageQuota, vault.sealer)
        let (modelURL, readiness) = (model.url, readiness)
        makeRoutes = { database, hub in
            Routes(
                database: database, objects: objects, storageQuota: storageQuota,
                links: options.handsOutLinks ? DownloadLinks(lifetime: .seconds(60)) : nil,
                verifier: try options.verifier ?? Identity.verifier(isReachable: options.hasIdentityKeys),
                sealer: sealer, providers: try Self.providers(at: modelURL),
                catalogue: try Self.catalogue(), hub: hub, invitationPage: "https://app.example.test/join",
                readiness: readiness, rates: options.rates, docsAssets: options.docsAssets)
        }
        let first = try makeRoutes(database.api, hub)
        let (router, seen) = (first.router(), first.seen)
        routes = router.routes.map { ($0.0.rawValue, $0.1) }
        deprecatedRoutes = router.deprecated.map { "\($0.0.rawValue) \(APIDescription.path(of: $0.1))" }
        finder = RouteFinder(routes.map(\.path))
        let listener = database.listener(as: .api)
        self.hub = Task {
            await withTaskGroup { group in
                for channel in [EventStore.channel, ChatStore.channel] {
                    group.addTask { await hub.run(listener: listener, channel: channel) }
                }
                group.addTask { await seen.run(listener: listener) }
            }
        }
        finishing = Conventions.finishing(origins: options.origins)
        handler = router.handler
        let server = Self.server(
            port: 0, logsAll: logsAll, log: log, metrics: metrics, handler: handler, finishing: finishing)
        url = "http://127.0.0.1:\(try await server.start().port)"
        self.server = Mutex(server)
    }

    private static func server(
        port: Int, logsAll: Bool, log: LogCapture, metrics: Metrics, handler: @escaping Handler,
        finishing: [any ResponseFinish]
    ) -> HTTPServer {
        HTTPServer(
            configuration: HTTPServerConfiguration(port: port), loops: TestDatabase.loops,
            logger: Logger(component: "serve", level: logsAll ? .debug : .warning, sink: log.sink), metrics: metrics,
            handler: handler, finishing: finishing)
    }

    /// Takes the HTTP server away, for `outage`, and starts another one at the same address.
    package func restartServer(outage: Duration) async throws {
        await server.withLock { $0 }.drain(deadline: .zero)
        try await Task.sleep(for: outage)
        let next = Self.server(
            port: Int(url.split(separator: ":").last ?? "") ?? 0, logsAll: logsAll, log: log, metrics: metrics,
            handler: handler, finishing: finishing)
        try await next.start()
        server.withLock { $0 = next }
    }

    /// Every provider is the scripted model; servers with a base URL of their own may be in plain HTTP here.
    static func providers(at url: String) throws -> ProviderDirectory {
        let urls = try Provider.allCases.map { ($0, try BaseURL($0.developmentURL(at: url))) }
        return ProviderDirectory(
            urls: Dictionary(uniqueKeysWithValues: urls), egress: .allowing(hosts: ["127.0.0.1"], plainHTTP: true))
    }

    private func stop() async {
        for worker in workers.withLock({ $0 }) { await worker.stop() }
        await server.withLock { $0 }.drain(deadline: .zero)
        for server in furtherServers.withLock({ $0 }) { await server.drain(deadline: .zero) }
        await model.stop()
        hub.cancel()
        for task in furtherTasks.withLock({ $0 }) { task.cancel() }
    }

    /// Starts a further `serve` beside the first, with connections and caches of its own.
    ///
    /// - Returns: its URL, for `Client.url`.
    package func startAnotherServer() async throws -> String {
        let routes = try makeRoutes(database.database(as: .api) { _ in }, WakeUpHub())
        let server = HTTPServer(
            configuration: HTTPServerConfiguration(), loops: TestDatabase.loops,
            logger: Logger(component: "serve", level: logsAll ? .debug : .warning, sink: log.sink), metrics: Metrics(),
            handler: routes.router().handler, finishing: finishing)
        let listener = database.listener(as: .api)
        let listening = Task { await routes.seen.run(listener: listener) }
        furtherTasks.withLock { $0.append(listening) }
        let url = "http://127.0.0.1:\(try await server.start().port)"
        furtherServers.withLock { $0.append(server) }
        return url
    }

    /// As on SIGTERM, before the listening socket is closed.
    package func startDraining() { readiness.startDraining() }

    private static func catalogue() throws -> ModelCatalogue {
        let file = TestCluster.repository + "/models.yaml"
        return try ModelCatalogue(yaml: try readFile(file), file: file)
    }

    // MARK: People

    /// A person who has signed in, in their personal tenant.
    package func client(_ name: String) throws -> Client {
        Client(service: self, token: try Identity.token(for: name))
    }

    /// A person who has stored a key for the scripted model.
    package func keyed(
        _ name: String, key: String = "dev-test-key-0001", provider: String = "anthropic"
    ) async throws -> Client {
        let client = try client(name)
        let reply = try await client.post(
            "/api/settings/keys", ["provider": .string(provider), "label": "Test", "key": .string(key)])
        guard reply.status == 201 else { throw Unexpected("the key was not taken: \(reply.text)") }
        // Where keys are not checked, the job to do so would only be in the way of who looks at jobs.
        if !checksKeys {
            try await database.superuser.query("DELETE FROM jobs WHERE kind = 'verify_key' AND lease_token IS NULL")
        }
        return client
    }

    /// Someone with that token, or none.
    package func client(token: String?) -> Client { Client(service: self, token: token) }

    package func token(
        for name: String, audience: String? = nil, lifetime: Duration = .seconds(3_600), byStranger: Bool = false,
        emailIsVerified: Bool = true
    ) throws -> String {
        try Identity.token(
            for: name, audience: audience ?? Identity.audience, lifetime: lifetime, byStranger: byStranger,
            emailIsVerified: emailIsVerified)
    }

    package func user(_ name: String) -> UserID { Identity.user(name) }

    /// A team with these members, made behind the API's back.
    package func team(_ members: (name: String, role: Role)...) async throws -> TenantID {
        let team = TenantID.new()
        _ = try await database.superuser.query(
            "INSERT INTO tenants (tenant_id, kind, name) VALUES (\(team), 'team', 'Team')")
        for (name, role) in members {
            _ = try await database.superuser.query(
                "INSERT INTO memberships (tenant_id, user_id, role) VALUES (\(team), \(user(name)), \(role.rawValue))")
        }
        return team
    }

    // MARK: The vault

    /// As workers have it.
    package var opener: Opener {
        Opener(keks: [vault.kek, nextKEK], verifyKeys: [vault.signingKey.verifyKey])
    }

    /// What an operator rotates with.
    package var rewrapper: Rewrapper {
        Rewrapper(opener: opener, sealer: Sealer(kek: nextKEK.publicKey, signingKey: vault.signingKey))
    }

    /// What an operator's verification finds.
    package func verifyAudit(
        anchors: [TenantID: AuditVerification.Head] = [:]
    ) async throws -> AuditVerification.Findings {
        try await AuditVerification(database: database.vault, trust: opener.auditTrust, rewrapper: rewrapper)
            .run(anchors: anchors)
    }

    // MARK: Workers

    /// An object store that refuses connections.
    private static func absentStore() throws -> any ObjectStore {
        try SigV4ObjectStore(
            S3Configuration(
                endpoint: "http://127.0.0.1:1", bucket: "absent", accessKey: "a", secretKey: Redacted("s")),
            client: localClient, pool: TestS3.pool)
    }

    /// Starts one more worker.
    @discardableResult
    package func startWorker(
        _ timing: TestWorker.Timing = .usual, reachesObjects: Bool = true
    ) async throws -> TestWorker {
        let worker = try TestWorker(self, timing, objects: reachesObjects ? objects : try Self.absentStore())
        workers.withLock { $0.append(worker) }
        return worker
    }

    /// The jobs that check keys; without them, they are done with at once.
    func keyChecks(_ database: Database, log: LogCapture) throws -> [String: JobHandler] {
        guard checksKeys else { return [KeyCheckJob.kind: { _, _ in .completed }] }
        return VerifyProviderKey(
            database: database, opener: opener, directory: try Self.providers(at: model.url),
            check: KeyCheck(client: http),
            keyArrived: { tenant, tx in try await FeatureStore.keyArrived(tenant: tenant, in: tx) },
            logger: Logger(component: "work", level: logsAll ? .debug : .warning, sink: log.sink)
        ).handlers
    }

    /// What the worker's steps are given, over connections of the caller's.
    func pipeline(_ database: Database, objects: any ObjectStore, log: LogCapture) throws -> PipelineServices {
        return PipelineServices(
            database: database, objects: objects,
            clients: ProviderClients(try Self.providers(at: model.url), http: http), opener: opener,
            catalogue: try Self.catalogue(), breakers: breakers, developmentModel: usesRoutes ? nil : modelName,
            storageQuota: storageQuota,
            logger: Logger(component: "work", level: logsAll ? .debug : .warning, sink: log.sink),
            sha256: { SHA256.digest($0) })
    }

    /// Asks the database for a number, behind everybody's back.
    package func count(_ sql: String) async throws -> Int {
        try await database.superuser.query("\(unsafeRaw: sql)")[0].get(0)
    }

    // MARK: The description

    /// The routes that ask for a token, by what the description says of them.
    package var signedInRoutes: [(method: String, path: String)] {
        routes.filter { route in
            APIDescription.current.operation(route.method, APIDescription.path(of: route.path))?.isPublic != true
        }
    }

    /// Holds an answer against `openapi.yaml`. What no route takes is not described.
    func check(_ reply: Reply, _ method: String, _ path: String) throws {
        guard let template = finder.template(of: path), method != "HEAD", method != "OPTIONS", reply.status != 405
        else { return }
        let violations = APIDescription.current.violations(of: reply, to: method, template)
        guard violations.isEmpty else { throw Unexpected(violations.joined(separator: "\n")) }
        let operation = "\(method) \(APIDescription.path(of: template))"
        _ = answered.withLock { $0.insert("\(operation) \(reply.status)") }
    }

    /// Looks for the call in the audit log, by its request id, where it must be told.
    func checkAudit(_ reply: Reply, _ method: String, _ path: String) async throws {
        guard checksAudit, (200..<300).contains(reply.status), reply.header("idempotency-replayed") == nil,
            let template = finder.template(of: path),
            AuditedOperations.mustTell("\(method) \(template)", answered: reply.status)
        else { return }
        guard let request = reply.header("x-request-id").flatMap({ RequestID($0) }) else {
            throw Unexpected("\(method) \(path) has no request id")
        }
        let told = try await database.superuser.query(
            "SELECT 1 FROM audit_log WHERE request_id = \(request)")
        guard !told.isEmpty else { throw Unexpected("\(method) \(path) is not in the audit log") }
    }

    /// What has been answered so far, as `GET /api/features 200`.
    package var answers: Set<String> { answered.withLock { $0 } }
}
