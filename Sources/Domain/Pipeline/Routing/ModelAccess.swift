internal import Features
internal import Jobs
internal import Kernel
internal import Ledger
internal import ModelGateway
internal import Postgres
internal import ProviderKeys

/// How a step reaches a model: the key, and the client of the place that the key is good for.
struct ModelAccess: Sendable {
    let model: ModelCatalogue.Model
    let key: SealedKey
    let client: any ModelProvider

    func circuit(_ lease: Lease) -> CircuitBreakers.Circuit { .init(tenant: lease.tenant, place: key.place) }
}

/// The models a run may use, in the order in which it tries them.
struct ModelOrder: Sendable {
    let models: [ModelCatalogue.Model]
    let maxTokens: Int
}

extension StepRunner {
    /// The order of models for a run of a tenant's agent.
    ///
    /// - Parameter turn: how many runs took this route before.
    func modelOrder(
        _ agent: AgentName, tier: ComplexityTier? = nil, turn: Int = 0, tenant: TenantID, in tx: Transaction
    ) async throws -> ModelOrder {
        if let development = services.developmentModel {
            let agent = try services.catalogue.agent(agent.rawValue)
            return ModelOrder(models: [try services.catalogue.model(development)], maxTokens: agent.maxTokens)
        }
        let settings = ModelSettings(catalogue: services.catalogue)
        let effective = try await settings.effective(agent, tenant: tenant, in: tx)
        let models = effective.route.order(tier: tier, turn: turn, draw: .random(in: 0..<1))
        return ModelOrder(models: models, maxTokens: effective.agent.maxTokens)
    }

    /// The same for a run that begins or goes on: answers that are kept were given by a model that goes on if it may.
    func modelOrder(
        _ agent: AgentName, tier: ComplexityTier?, for lease: Lease, in tx: Transaction
    ) async throws -> ModelOrder {
        let turn = services.turns.next(lease.tenant, agent)
        let order = try await modelOrder(agent, tier: tier, turn: turn, tenant: lease.tenant, in: tx)
        var models = order.models
        if let earlier = try await RunStore.model(
            of: lease.job.description, orContinuing: lease.featureID?.description, lease.revision, lease.kind,
            mayContinue: Step(rawValue: lease.kind)?.movesFeature == true, tenant: lease.tenant, in: tx),
            let index = models.firstIndex(where: { $0.name == earlier })
        {
            models.insert(models.remove(at: index), at: 0)
        }
        return ModelOrder(models: models, maxTokens: order.maxTokens)
    }

    /// Of these models those that the tenant has a working key for, each with the one that goes first for this feature
    /// and the client that takes it there. That there is none is only believed while nobody can add one.
    func accesses(
        to models: [ModelCatalogue.Model], for feature: FeatureID, _ lease: Lease, in tx: Transaction
    ) async throws -> [ModelAccess] {
        let clients = services.clients
        func find() async throws -> [ModelAccess] {
            let usable = try await KeyRing.providers(for: feature, tenant: lease.tenant, in: tx)
            var keys: [[Provider]: SealedKey] = [:]
            var found: [ModelAccess] = []
            for model in models where !usable.isDisjoint(with: model.providers) {
                if keys[model.providers] == nil {
                    keys[model.providers] = try await KeyRing.newest(
                        for: model.providers, of: clients.directory, feature: feature, tenant: lease.tenant, in: tx)
                }
                guard let key = keys[model.providers] else { continue }
                found.append(
                    ModelAccess(model: model, key: key, client: clients.client(for: key.provider, at: key.place)))
            }
            return found
        }
        let found = try await find()
        guard found.isEmpty else { return found }
        try await KeyRing.lock(tenant: lease.tenant, in: tx)
        return try await find()
    }

    static func noKey(for models: [ModelCatalogue.Model]) -> String {
        var labels: [String] = []
        for label in models.compactMap({ $0.provider?.label }) where !labels.contains(label) { labels.append(label) }
        let whose = labels.isEmpty ? "" : "for \(labels.joined(separator: " or ")) "
        return "There is no working key \(whose)in the settings, or it was entered for another address than the one in "
            + "use now. Add one, then ask again."
    }
}
