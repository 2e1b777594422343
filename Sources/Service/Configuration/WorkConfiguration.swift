internal import Kernel
internal import ModelGateway
internal import Vault

/// What `work` is given: the vault's secret keys, the worker's database role, the object store, a way to providers.
struct WorkConfiguration: Sendable {
    let common: CommonConfiguration
    let metricsListen: (host: String, port: Int)
    let opener: Opener
    let catalogue: ModelCatalogue
    /// Every agent uses this model; set with the development model server.
    let developmentModel: String?
    let concurrency: Int
    let tenantConcurrency: Int
    let objectSweepInterval: Duration
    let eventRetentionDays: Int

    init(_ settings: Settings) throws {
        var settings = settings
        metricsListen = settings.address("SPECWRIGHT_METRICS_LISTEN", default: "127.0.0.1:9091")
        let kekSecret = settings.required("SPECWRIGHT_VAULT_KEK_SECRET", "the file with the vault's secret keys")
        let signPublic = settings.required(
            "SPECWRIGHT_VAULT_SIGN_PUBLIC", "the file with the API's public signing keys")
        let minimumKEK = settings.optional("SPECWRIGHT_VAULT_MINIMUM_KEK")
        if let minimumKEK, KEKID(minimumKEK) == nil {
            settings.add(problem: "SPECWRIGHT_VAULT_MINIMUM_KEK must be the id of a KEK, such as kek-2")
        }
        developmentModel = settings.optional("SPECWRIGHT_DEVELOPMENT_MODEL")
        concurrency = settings.integer("SPECWRIGHT_CONCURRENCY", in: 1...2_000, default: 64)
        tenantConcurrency = settings.integer("SPECWRIGHT_TENANT_CONCURRENCY", in: 1...2_000, default: 8)
        objectSweepInterval = .seconds(
            settings.integer("SPECWRIGHT_OBJECT_SWEEP_INTERVAL", in: 10...86_400, default: 3_600))
        eventRetentionDays = settings.integer("SPECWRIGHT_EVENT_RETENTION_DAYS", in: 1...36_500, default: 365)
        common = CommonConfiguration(&settings, role: "specwright_worker")
        try settings.check()
        do {
            opener = try VaultKeyFiles.opener(
                kekSecret: kekSecret, signPublic: signPublic, minimum: minimumKEK.flatMap { KEKID($0) })
            catalogue = try common.catalogue()
        } catch {
            throw ConfigurationError(problems: ["\(error)"])
        }
    }
}
