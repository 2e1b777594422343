internal import Kernel
package import ModelGateway
internal import Postgres

/// Which route each agent takes: the tenant's own, or that of `models.yaml`.
package struct ModelSettings: Sendable {
    package let catalogue: ModelCatalogue

    package init(catalogue: ModelCatalogue) { self.catalogue = catalogue }

    struct Effective: Sendable {
        let agent: ModelCatalogue.Agent
        let route: ModelRoute
        let isOwn: Bool
        /// Why the tenant's own route is not taken, for people.
        let trouble: String?
    }

    /// - Throws: `CatalogueError` for an agent that `models.yaml` does not have.
    func effective(_ agent: AgentName, tenant: TenantID, in tx: Transaction) async throws -> Effective {
        let rows = try await tx.query(
            "SELECT route FROM model_routes WHERE tenant_id = \(tenant) AND agent = \(agent.rawValue)")
        return effective(try catalogue.agent(agent.rawValue), stored: try rows.first?.get(0))
    }

    func effective(_ agent: ModelCatalogue.Agent, stored: JSON?) -> Effective {
        guard let stored else { return Effective(agent: agent, route: agent.route, isOwn: false, trouble: nil) }
        do {
            let route = try RouteJSON(catalogue: catalogue).route(stored)
            return Effective(agent: agent, route: route, isOwn: true, trouble: nil)
        } catch {
            // models.yaml has changed since it was stored.
            return Effective(agent: agent, route: agent.route, isOwn: false, trouble: error.detail)
        }
    }
}
