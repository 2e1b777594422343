internal import Artifacts
internal import EventLoop
internal import Glibc
internal import HTTPClient
internal import Kernel
internal import ModelGateway
internal import ObjectStore
internal import Postgres
internal import Telemetry

/// What `serve` and `work` are given alike.
struct CommonConfiguration: Sendable {
    let databaseURL: Redacted<String>
    let objectStore: S3Configuration
    /// Held by the worker, shown by the API: give both the same.
    let storageQuota: StorageQuota
    let logLevel: LogLevel
    let loops: Int
    /// Given to both roles, and alike: a key is sealed by one for where the other sends it.
    let providers: ProviderDirectory
    /// Providers are reached over HTTPS on public addresses only, except for the hosts that an operator names, as `host`
    /// or `host:port`.
    let egress: EgressPolicy
    private let modelsFile: String

    init(_ settings: inout Settings, role: String) {
        databaseURL = Redacted(
            settings.required("SPECWRIGHT_DATABASE_URL", "a libpq connection string that logs in as \(role)"))
        objectStore = settings.objectStore()
        storageQuota = StorageQuota(
            limit: settings.integer(
                "SPECWRIGHT_TENANT_STORAGE_BYTES", in: 1_048_576...1_125_899_906_842_624,
                default: StorageQuota.standard.limit))
        logLevel = settings.choice("SPECWRIGHT_LOG_LEVEL", default: .info)
        loops = settings.integer(
            "SPECWRIGHT_LOOPS", in: 1...256, default: max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
        let trusted = (settings.optional("SPECWRIGHT_TRUSTED_HOSTS") ?? "").split(separator: ",").map(String.init)
        modelsFile = settings.optional("SPECWRIGHT_MODELS") ?? "models.yaml"
        egress = trusted.isEmpty ? .publicOnly : .allowing(hosts: trusted, plainHTTP: true)
        providers = settings.providers(egress: egress)
    }
}

extension CommonConfiguration {
    /// - Parameter role: the subcommand's name, for the server's list of connections.
    func openDatabase(
        for role: String, loops: EventLoopGroup, logger: Logger, metrics: Metrics
    ) -> (Database, Listener) {
        var configuration = DatabaseConfiguration(conninfo: databaseURL.value)
        configuration.applicationName = "specwright-\(role)"
        let logger = logger.scoped(to: "postgres")
        return (
            Database(configuration: configuration, loops: loops, logger: logger, metrics: metrics),
            Listener(configuration: configuration, loops: loops, logger: logger, metrics: metrics)
        )
    }

    /// - Throws: `UnreadableFile`, `YAMLError` with the line.
    func catalogue() throws -> ModelCatalogue {
        try ModelCatalogue(yaml: try readFile(modelsFile), file: modelsFile)
    }
}

/// A file that cannot be read, with its path and the system's reason.
struct UnreadableFile: Error, CustomStringConvertible {
    let path: String
    let reason: String
    var description: String { "cannot read \(path): \(reason)" }
}

/// Reads a whole small file at start.
func readFile(_ path: String, limit: Int = 16 * 1_048_576) throws(UnreadableFile) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw UnreadableFile(path: path, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count == 0 { return bytes }
        guard count > 0 else { throw UnreadableFile(path: path, reason: String(cString: strerror(errno))) }
        bytes += chunk[0..<count]
        guard bytes.count <= limit else { throw UnreadableFile(path: path, reason: "it is too large") }
    }
}
