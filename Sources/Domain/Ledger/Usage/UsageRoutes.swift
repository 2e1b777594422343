package import HTTPServer
internal import Kernel
package import Postgres

/// `/api/usage`: what has been used and what it cost.
package struct UsageRoutes: Sendable {
    private let database: Database

    package init(database: Database) { self.database = database }

    package func register(on router: inout Router) {
        router.on(.get, "/api/usage", query: ["from", "to", "group_by"]) { request in try await report(request) }
        let export = ExportUsage(database: database)
        router.on(.get, "/api/usage/export", query: ["from", "to"]) { request in try await export(request) }
        router.on(.get, "/api/usage/estimates", query: ["from", "to"]) { request in try await estimates(request) }
    }

    private func report(_ request: Request) async throws -> Response {
        let name = request.query.first("group_by") ?? UsageReport.Grouping.day.rawValue
        guard let grouping = UsageReport.Grouping(rawValue: name) else {
            let known = UsageReport.Grouping.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem.badRequest("\"group_by\" must be one of \(known).")
        }
        return .json(
            try await UsageReport.read(
                UsagePeriod(request), by: grouping, Scope(try request.principal), in: database))
    }

    private func estimates(_ request: Request) async throws -> Response {
        .items(
            try await EstimateStore.compared(
                UsagePeriod(request), Scope(try request.principal), in: database))
    }
}
