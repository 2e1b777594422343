package import HTTPServer
internal import Kernel
package import Postgres
internal import Tenancy

/// `/api/settings/budget` and `/api/features/{id}/budget`: limits, and what is left of them.
package struct BudgetRoutes: Sendable {
    private let database: Database

    package init(database: Database) { self.database = database }

    package func register(on router: inout Router) {
        router.on(.get, "/api/settings/budget") { request in try await get(request) }
        router.on(.put, "/api/settings/budget") { request in try await set(request) }
        router.on(.get, "/api/features/{id}/budget") { request in try await getOfFeature(request) }
        router.on(.put, "/api/features/{id}/budget") { request in try await setOfFeature(request) }
    }

    private func get(_ request: Request) async throws -> Response {
        .json(try await BudgetView.read(Scope(try request.principal), in: database))
    }

    private func set(_ request: Request) async throws -> Response {
        let principal = try request.principal
        try principal.require(.admin, to: "set the budget")
        var fields = try JSONFields(try await request.json())
        let limits = BudgetLimits(
            month: try fields.limit("month_limit_microdollars"),
            feature: try fields.limit("feature_limit_microdollars"),
            run: try fields.limit("run_limit_microdollars"))
        try fields.finish()
        try await database.transaction(Scope(principal)) { tx in
            try await Spending.setLimits(limits, by: principal.user, tenant: principal.tenant, in: tx)
            try await request.record(
                .budgetSet, on: "tenant",
                [
                    "month": Self.told(limits.month), "feature": Self.told(limits.feature),
                    "run": Self.told(limits.run),
                ], in: tx)
        }
        try await Spending.endWaits(tenant: principal.tenant, in: database)
        return try await get(request)
    }

    private static func told(_ limit: Int64?) -> JSON { limit.map { .integer($0) } ?? .null }

    private func getOfFeature(_ request: Request) async throws -> Response {
        guard let id = ID<RunRecord>(try request.parameters.require("id")) else { throw Problem.notFound("feature") }
        return .json(try await FeatureBudgetView.read(id.description, Scope(try request.principal), in: database))
    }

    private func setOfFeature(_ request: Request) async throws -> Response {
        let principal = try request.principal
        try principal.require(.admin, to: "set a feature's budget")
        guard let id = ID<RunRecord>(try request.parameters.require("id")) else { throw Problem.notFound("feature") }
        var fields = try JSONFields(try await request.json())
        let limit = try fields.limit("limit_microdollars")
        try fields.finish()
        try await database.transaction(Scope(principal)) { tx in
            let known = try await tx.query(
                "SELECT 1 FROM features WHERE tenant_id = (SELECT app.tenant()) AND id = \(id)")
            guard !known.isEmpty else { throw Problem.notFound("feature") }
            try await Spending.setLimit(limit, ofFeature: id.description, tenant: principal.tenant, in: tx)
            try await request.record(.budgetSet, on: id.description, ["limit": Self.told(limit)], in: tx)
        }
        try await Spending.endWaits(tenant: principal.tenant, in: database)
        return try await getOfFeature(request)
    }
}

extension JSONFields {
    /// A limit in micro-dollars, up to a thousand million dollars; absent or null is none.
    fileprivate mutating func limit(_ name: String) throws(Problem) -> Int64? {
        guard let value = take(name) else { return nil }
        guard let limit = value.integer, (0...1_000_000_000_000_000).contains(limit) else {
            throw .invalidField(
                pointer(to: name),
                "\"\(name)\" must be a whole number of micro-dollars from 0 to 1000000000000000, or null for no limit.")
        }
        return limit
    }
}
