internal import Embedded
internal import EventLoop
internal import Glibc
internal import HTTPClient
internal import Kernel
internal import ModelGateway
internal import ObjectStore
internal import Postgres
internal import Vault

/// `specwright up`: everything on one machine, for trying out and for development.
///
/// Each role still runs as a process of its own with nothing but what that role is given, so what is tried here has
/// production's zones: `serve` cannot open a key here either.
struct Up {
    let options: UpOptions

    func run() async throws {
        let state = try StateDirectory(options.state)
        let resources = try Resources.find()
        say("Specwright is starting, with everything it needs on this machine. Not for production.")
        let supervisor = Supervisor(state: state)
        do {
            let facts = try await start(supervisor, state, resources)
            if let file = options.readyFile { try writeFile(file, facts.json.bytes + [UInt8(ascii: "\n")]) }
            say(facts.words)
            let end = await supervisor.firstEnd()
            if let end { say("\(end). Stopping everything else.") } else { say("Stopping.") }
            await supervisor.stop()
            if let end { throw EmbeddedError("\(end). Its last words are in \(state.path("logs")).") }
        } catch {
            await supervisor.stop()
            throw error
        }
    }

    private func start(
        _ supervisor: Supervisor, _ state: StateDirectory, _ resources: Resources
    ) async throws -> UpFacts {
        let postgres = try await EmbeddedPostgres.start(
            .init(rolesFile: resources.path("sql/roles.sql")), in: state)
        supervisor.own("PostgreSQL", postgres.process) { await postgres.stop() }
        let applied = try await Migrator(
            owner: postgres.url(.owner), folder: resources.path("sql/migrations")
        ).run()
        say("PostgreSQL is up" + (applied.isEmpty ? "." : ", with \(applied.count) migration(s) applied."))

        let objects = try await EmbeddedObjectStore.start(.init(toolsFolder: resources.tools), in: state)
        supervisor.own("the S3 server", objects.process) { await objects.stop() }
        try await makeBucket(objects)
        say("The S3 server is up.")

        let keys = VaultKeyPaths(directory: try state.folder("vault"))
        if access(keys.kekSecret, F_OK) != 0 { try VaultKeyFiles.write(.generate(), to: keys) }

        let settings = Settings.process()
        var providers = Self.providerSettings(settings)
        let usesRealModels = !providers.isEmpty || settings.optional("ANTHROPIC_API_KEY") != nil
        let issuer = try await supervisor.startRole(
            "development-issuer", ["SPECWRIGHT_ISSUER_KEYS": try state.folder("issuer")])
        let modelURL: String
        if usesRealModels {
            modelURL = providers[Provider.anthropic.urlSetting] ?? Provider.anthropic.preset.baseURL ?? ""
        } else {
            // Keys are sealed for an origin: with another port after every start, people would enter theirs anew.
            let port = LastingPort(file: state.path("development-model.port"))
            let address = try await supervisor.startRole(
                "development-model", ["SPECWRIGHT_PORT": String(port.choose())])
            port.remember(address)
            modelURL = "http://" + address
            for provider in Provider.allCases { providers[provider.urlSetting] = provider.developmentURL(at: modelURL) }
            providers["SPECWRIGHT_TRUSTED_HOSTS"] = address
        }

        let store = [
            "SPECWRIGHT_S3_ENDPOINT": objects.endpoint, "SPECWRIGHT_S3_BUCKET": Self.bucket,
            "SPECWRIGHT_S3_ACCESS_KEY": objects.accessKey, "SPECWRIGHT_S3_SECRET_KEY": objects.secretKey.value,
            "SPECWRIGHT_LOG_LEVEL": settings.optional("SPECWRIGHT_LOG_LEVEL") ?? "info",
            "SPECWRIGHT_MODELS": resources.path("models.yaml"),
        ].merging(providers) { $1 }
        var worker = [
            "SPECWRIGHT_DATABASE_URL": postgres.url(.worker).value, "SPECWRIGHT_VAULT_KEK_SECRET": keys.kekSecret,
            "SPECWRIGHT_VAULT_SIGN_PUBLIC": keys.signPublic, "SPECWRIGHT_METRICS_LISTEN": "127.0.0.1:0",
        ]
        let chosen = ServeConfiguration.clientSettings.compactMap { name in settings.optional(name).map { (name, $0) } }
        let limits = Dictionary(uniqueKeysWithValues: chosen)
        if !usesRealModels { worker["SPECWRIGHT_DEVELOPMENT_MODEL"] = "development-model" }
        try await supervisor.startRole("work", worker.merging(store) { $1 }, hasAddress: false)
        let address = try await supervisor.startRole(
            "serve",
            store.merging(limits) { $1 }.merging([
                "SPECWRIGHT_DATABASE_URL": postgres.url(.api).value, "SPECWRIGHT_LISTEN": options.listen,
                "SPECWRIGHT_METRICS_LISTEN": "127.0.0.1:0", "SPECWRIGHT_ISSUER": DevelopmentIssuerCommand.issuer,
                "SPECWRIGHT_AUDIENCE": DevelopmentIssuerCommand.audience,
                "SPECWRIGHT_JWKS_URL": "http://\(issuer)/.well-known/jwks.json",
                "SPECWRIGHT_VAULT_KEK_PUBLIC": keys.kekPublic, "SPECWRIGHT_VAULT_SIGN_SECRET": keys.signSecret,
            ]) { $1 })
        return UpFacts(
            url: "http://\(address)", tokenURL: "http://\(issuer)/token",
            token: try await developmentToken(from: issuer), isDevelopmentModel: !usesRealModels, modelURL: modelURL,
            logs: state.path("logs"))
    }

    /// What was set about providers, to be handed on: with any of it, the real models are meant.
    private static func providerSettings(_ settings: Settings) -> [String: String] {
        let names = Provider.allCases.map(\.urlSetting) + [Settings.providers]
        return Dictionary(uniqueKeysWithValues: names.compactMap { name in settings.optional(name).map { (name, $0) } })
    }

    /// A token for the person at the keyboard, from the issuer that gives one to anybody.
    private func developmentToken(from issuer: String) async throws -> String {
        try await withClient(of: issuer) { client, _ in
            let response = try await client.send(
                ClientRequest(
                    method: "POST", url: "http://\(issuer)/token", headers: [("content-type", "application/json")],
                    body: .bytes(JSON.object(["subject": "me"]).bytes)))
            let answer = try JSON(parsing: try await response.body.collect(limit: 65_536))
            guard let token = answer["access_token"]?.string else {
                throw EmbeddedError("The development issuer gave no token (status \(response.status)).")
            }
            return token
        }
    }

    private static let bucket = "specwright"

    private func makeBucket(_ objects: EmbeddedObjectStore) async throws {
        try await withClient(of: objects.endpoint) { client, pool in
            let store = try SigV4ObjectStore(
                S3Configuration(
                    endpoint: objects.endpoint, region: "us-east-1", bucket: Self.bucket,
                    accessKey: objects.accessKey, secretKey: objects.secretKey), client: client, pool: pool)
            try await store.ensureBucket()
        }
    }

    /// Lends an HTTP client that may reach one host on this machine.
    private func withClient<Result: Sendable>(
        of host: String, _ body: (HTTPClient, BlockingPool) async throws -> Result
    ) async throws -> Result {
        let loops = EventLoopGroup(count: 1, name: "up")
        defer { loops.stop() }
        let egress = EgressPolicy.allowing(hosts: [URLHost.of(host) ?? host], plainHTTP: true)
        return try await body(HTTPClient(loops: loops, egress: egress), BlockingPool(threads: 1))
    }

    private func say(_ text: String) { Terminal.say(text) }
}

/// How to reach what `up` has started.
struct UpFacts: Sendable {
    let url: String
    let tokenURL: String
    /// Of the person "me"; the issuer gives anybody one for any name.
    let token: String
    let isDevelopmentModel: Bool
    let modelURL: String
    let logs: String

    var json: JSON {
        [
            "url": .string(url), "token_url": .string(tokenURL), "development_model": .bool(isDevelopmentModel),
            "model_url": .string(modelURL), "logs": .string(logs),
        ]
    }

    var words: String {
        """

        The API:   \(url)
        Models:    \(isDevelopmentModel ? "the development model: scripted, not an AI (use any key that starts with dev-)" : modelURL)
        Logs:      \(logs)

        In another terminal:
          export URL=\(url)
          export TOKEN=\(token)
          curl -s $URL/api/me -H "Authorization: Bearer $TOKEN"

        The token is a development one, for a person named "me". For another person:
          curl -s \(tokenURL) -H 'Content-Type: application/json' -d '{"subject": "somebody"}'

        Ctrl-C stops everything; the data stays.
        """
    }
}
