internal import Features
internal import Jobs
internal import Kernel
internal import ModelGateway
internal import Postgres
internal import ProviderKeys

/// How a step reaches its model: the key, and the client of the place that the key is good for.
struct ModelAccess: Sendable {
    let model: ModelCatalogue.Model
    let key: SealedKey
    let client: any ModelProvider
}

extension StepRunner {
    /// The working key for a model that goes first for this feature, and the client that takes it there; `nil` when there is none. That is
    /// only believed while nobody can add one.
    func access(
        to model: ModelCatalogue.Model, for feature: FeatureID, _ lease: Lease, in tx: Transaction
    ) async throws -> ModelAccess? {
        let clients = services.clients
        func find() async throws -> SealedKey? {
            try await KeyRing.newest(
                for: model.providers, of: clients.directory, feature: feature, tenant: lease.tenant, in: tx)
        }
        var key = try await find()
        if key == nil {
            try await KeyRing.lock(tenant: lease.tenant, in: tx)
            key = try await find()
        }
        return key.map { ModelAccess(model: model, key: $0, client: clients.client(for: $0.provider, at: $0.place)) }
    }

    static func noKey(for model: ModelCatalogue.Model) -> String {
        let whose = model.provider.map { "for \($0.label) " } ?? ""
        return "There is no working key \(whose)in the settings, or it was entered for another address than the one in "
            + "use now. Add one, then ask again."
    }
}
