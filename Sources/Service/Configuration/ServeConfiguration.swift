internal import Kernel
internal import ModelGateway
internal import ObjectStore
internal import Pipeline
internal import RateLimits
internal import Telemetry
internal import Tokens
internal import Vault

/// What `serve` is given: trust in identity providers, the vault's public key and a signing key, the API's database
/// role, the object store. Nothing with which a provider key could be opened.
struct ServeConfiguration: Sendable {
    let listen: (host: String, port: Int)
    let metricsListen: (host: String, port: Int)
    let common: CommonConfiguration
    /// Whose tokens let people in.
    let issuers: [TrustedIssuer]
    let sealer: Sealer
    let catalogue: ModelCatalogue
    let streamsPerPerson: Int
    /// Whose pages may call the API from a browser.
    let origins: [String]
    let rates: RateRules
    let docsAssets: DocsAssets?
    let links: DownloadLinks?
    /// Where an application of the operator's takes invitations.
    let invitationPage: String?

    /// What concerns clients alone, and `up` hands on.
    static let clientSettings = [
        "SPECWRIGHT_STREAMS_PER_PERSON", "SPECWRIGHT_CORS_ORIGINS", "SPECWRIGHT_RATE_PER_USER",
        "SPECWRIGHT_RATE_PER_TOKEN", "SPECWRIGHT_RATE_PER_TENANT", "SPECWRIGHT_RATE_PER_ADDRESS",
        "SPECWRIGHT_SIGN_IN_FAILURES", "SPECWRIGHT_TRUSTED_PROXIES", DocsAssets.setting,
    ]

    init(_ settings: Settings) throws {
        var settings = settings
        listen = settings.address("SPECWRIGHT_LISTEN", default: "127.0.0.1:8080")
        metricsListen = settings.address("SPECWRIGHT_METRICS_LISTEN", default: "127.0.0.1:9090")
        issuers = settings.issuers()
        streamsPerPerson = settings.integer("SPECWRIGHT_STREAMS_PER_PERSON", in: 1...1_000_000, default: 100)
        origins = settings.origins()
        rates = settings.rates()
        docsAssets = settings.docsAssets()
        links = settings.downloadLinks()
        invitationPage = settings.optional("SPECWRIGHT_INVITATION_URL")
        if let page = invitationPage, URLHost.of(page) == nil || page.contains("#") {
            settings.add(problem: "SPECWRIGHT_INVITATION_URL must be a URL; the token goes behind a # of its own")
        }
        settings.refuse(
            "SPECWRIGHT_VAULT_KEK_SECRET", "the API seals provider keys and must not be able to open one")
        let kekPublic = settings.required("SPECWRIGHT_VAULT_KEK_PUBLIC", "the file with the vault's public key")
        let signSecret = settings.required("SPECWRIGHT_VAULT_SIGN_SECRET", "the file with the API's signing key")
        common = CommonConfiguration(&settings, role: "specwright_api")
        try settings.check()
        do {
            sealer = try VaultKeyFiles.sealer(kekPublic: kekPublic, signSecret: signSecret)
            catalogue = try common.catalogue()
        } catch {
            throw ConfigurationError(problems: ["\(error)"])
        }
    }
}
