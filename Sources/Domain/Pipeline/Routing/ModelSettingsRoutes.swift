internal import Features
package import HTTPServer
internal import Kernel
internal import ModelGateway
package import Postgres
internal import Tenancy

/// `/api/settings/models`: which models do the agents' work.
package struct ModelSettingsRoutes: Sendable {
    private let database: Database
    private let settings: ModelSettings

    package init(database: Database, settings: ModelSettings) {
        self.database = database
        self.settings = settings
    }

    package func register(on router: inout Router) {
        router.on(.get, "/api/settings/models") { request in try await list(request) }
        router.on(.put, "/api/settings/models") { request in try await set(request) }
    }

    private func list(_ request: Request) async throws -> Response {
        let scope = Scope(try request.principal)
        let rows = try await database.read(
            scope, "SELECT agent, route FROM model_routes WHERE tenant_id = (SELECT app.tenant())")
        let own = Dictionary(
            uniqueKeysWithValues: try rows.map { (try $0.get(0, as: String.self), try $0.get(1, as: JSON.self)) })
        let keys = try await database.read(
            scope,
            """
            SELECT DISTINCT provider FROM provider_keys
            WHERE tenant_id = (SELECT app.tenant()) AND status IN ('active', 'throttled')
            """)
        let withKeys = Set(try keys.map { try $0.get(0, as: String.self) })
        let routes = RouteJSON(catalogue: settings.catalogue)
        return .json([
            "agents": .array(
                settings.catalogue.agents.map { agent in
                    view(settings.effective(agent, stored: own[agent.name]), routes)
                }),
            "models": .array(
                settings.catalogue.models.filter { $0.provider != nil }.map { Self.view($0, withKeys: withKeys) }),
        ])
    }

    /// `PUT`: the tenant's own routes, all of them; agents without one take the installation's. Work that waits for a key
    /// begins again, for it may need another now.
    private func set(_ request: Request) async throws -> Response {
        let principal = try request.principal
        try principal.require(.admin, to: "choose the models")
        let own = try routes(try await request.json(limit: 262_144))
        try await database.transaction(Scope(principal)) { tx in
            try await tx.execute(
                "DELETE FROM model_routes WHERE tenant_id = \(principal.tenant) AND agent <> ALL (\(own.map(\.agent)))")
            for (agent, route) in own {
                try await tx.execute(
                    """
                    INSERT INTO model_routes (tenant_id, agent, route, updated_by)
                    VALUES (\(principal.tenant), \(agent), \(route), \(principal.user))
                    ON CONFLICT (tenant_id, agent) DO UPDATE
                    SET route = excluded.route, updated_by = excluded.updated_by, updated_at = now()
                    """)
            }
            try await FeatureStore.keyArrived(tenant: principal.tenant, in: tx)
            try await request.record(.modelsSet, ["agents": .array(own.map { .string($0.agent) })], in: tx)
        }
        return try await list(request)
    }

    private func routes(_ body: JSON) throws(Problem) -> [(agent: String, route: JSON)] {
        var fields = try JSONFields(body)
        let place = fields.pointer(to: "routes")
        var entered = try JSONFields(try fields.required("routes"), at: place)
        try fields.finish()
        let writer = RouteJSON(catalogue: settings.catalogue)
        var own: [(agent: String, route: JSON)] = []
        for agent in settings.catalogue.agents {
            guard let json = entered.take(agent.name) else { continue }
            own.append((agent.name, writer.json(try writer.route(json, at: "\(place)/\(agent.name)"))))
        }
        try entered.finish()
        return own
    }

    private func view(_ effective: ModelSettings.Effective, _ routes: RouteJSON) -> JSON {
        [
            "agent": .string(effective.agent.name), "is_default": .bool(!effective.isOwn),
            "max_tokens": .integer(Int64(effective.agent.maxTokens)), "route": routes.json(effective.route),
            "trouble": effective.trouble.map(JSON.string) ?? .null,
        ]
    }

    private static func view(_ model: ModelCatalogue.Model, withKeys: Set<String>) -> JSON {
        let provider = model.provider?.rawValue ?? ""
        let price = model.price()
        return [
            "model": .string(model.name), "label": .string(model.label), "provider": .string(provider),
            "context": .integer(Int64(model.context)), "max_output": .integer(Int64(model.maxOutput)),
            "retires": model.retires.map { .string($0.description) } ?? .null,
            "has_key": .bool(withKeys.contains(provider)),
            "price": price.map {
                [
                    "input": .integer($0.input), "output": .integer($0.output), "cache_read": .integer($0.cacheRead),
                    "cache_write": .integer($0.cacheWrite),
                ]
            } ?? .null,
        ]
    }
}
