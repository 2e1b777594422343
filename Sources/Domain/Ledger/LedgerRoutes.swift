package import HTTPServer
internal import Kernel
internal import ModelGateway
package import Postgres

/// `GET /api/features/{id}/runs`: every agent run with its tokens and cost, and the sum.
package struct LedgerRoutes: Sendable {
    private let database: Database

    package init(database: Database) { self.database = database }

    package func register(on router: inout Router) {
        router.on(.get, "/api/features/{id}/runs") { request in try await listRuns(request) }
    }

    private func listRuns(_ request: Request) async throws -> Response {
        let scope = Scope(try request.principal)
        guard let id = ID<RunRecord>(try request.parameters.require("id")) else { throw Problem.notFound("feature") }
        let known = try await database.read(
            scope, "SELECT 1 FROM features WHERE tenant_id = (SELECT app.tenant()) AND id = \(id)")
        guard !known.isEmpty else { throw Problem.notFound("feature") }
        let runs = try await RunStore.all(feature: id.description, scope, in: database)
        let usage = runs.reduce(Usage.zero) { $0 + $1.usage }
        return .json { json in
            json.object { json in
                json.key("items")
                json.array(runs)
                json.key("total")
                json.object { json in
                    json.key("tokens")
                    usage.write(to: &json)
                    json.key("cost_microdollars")
                    json.integer(runs.reduce(0) { $0 + $1.costMicrodollars })
                }
            }
        }
    }
}
