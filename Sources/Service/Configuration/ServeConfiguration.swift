internal import Kernel
internal import ModelGateway
internal import ObjectStore
internal import Pipeline
internal import Telemetry
internal import Vault

/// What `serve` is given: trust in identity providers, the vault's public key and a signing key, the API's database
/// role, the object store. Nothing with which a provider key could be opened.
struct ServeConfiguration: Sendable {
    let listen: (host: String, port: Int)
    let metricsListen: (host: String, port: Int)
    let common: CommonConfiguration
    let issuer: String
    let audience: String
    let jwksURL: String
    let sealer: Sealer
    let catalogue: ModelCatalogue
    let streamsPerPerson: Int
    let links: DownloadLinks?

    init(_ settings: Settings) throws {
        var settings = settings
        listen = settings.address("SPECWRIGHT_LISTEN", default: "127.0.0.1:8080")
        metricsListen = settings.address("SPECWRIGHT_METRICS_LISTEN", default: "127.0.0.1:9090")
        issuer = settings.required("SPECWRIGHT_ISSUER", "the \"iss\" of the tokens that let people in")
        audience = settings.required("SPECWRIGHT_AUDIENCE", "the \"aud\" that tokens for this service carry")
        jwksURL = settings.required("SPECWRIGHT_JWKS_URL", "where the issuer publishes its keys")
        streamsPerPerson = settings.integer("SPECWRIGHT_STREAMS_PER_PERSON", in: 1...1_000_000, default: 100)
        links = settings.downloadLinks()
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
