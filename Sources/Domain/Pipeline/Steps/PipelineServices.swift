package import Artifacts
package import ModelGateway
package import ObjectStore
package import Postgres
package import Telemetry
package import Vault

/// What the worker's steps work with.
package struct PipelineServices: Sendable {
    let database: Database
    let objects: any ObjectStore
    let clients: ProviderClients
    let opener: Opener
    let catalogue: ModelCatalogue
    let breakers: CircuitBreakers
    let turns = RouteTurns()
    /// Scanning and comparing builds: off the loop, one at a time, and nobody who waits is turned away.
    let reading = HeavyWork(places: 1, line: .max)
    /// Set with the development model server: every agent uses this model, and every run says so.
    let developmentModel: String?
    /// What each tenant may have in the object store.
    let storageQuota: StorageQuota
    let logger: Logger
    let metrics: Metrics
    /// SHA-256.
    let sha256: @Sendable ([UInt8]) -> [UInt8]

    package init(
        database: Database, objects: any ObjectStore, clients: ProviderClients, opener: Opener,
        catalogue: ModelCatalogue, breakers: CircuitBreakers = CircuitBreakers(), developmentModel: String?,
        storageQuota: StorageQuota = .standard, logger: Logger, metrics: Metrics = Metrics(),
        sha256: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) {
        self.database = database
        self.objects = objects
        self.clients = clients
        self.opener = opener
        self.catalogue = catalogue
        self.breakers = breakers
        self.developmentModel = developmentModel
        self.storageQuota = storageQuota
        self.logger = logger
        self.metrics = metrics
        self.sha256 = sha256
    }
}
