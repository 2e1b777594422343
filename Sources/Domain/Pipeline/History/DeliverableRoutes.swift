internal import Artifacts
package import HTTPServer
package import Postgres

/// What became of a deliverable from one writing to another.
package struct DeliverableRoutes: Sendable {
    let database: Database
    /// Comparing long texts burns CPU.
    let work = HeavyWork()

    package init(database: Database) { self.database = database }

    package func register(on router: inout Router) {
        router.on(.get, "/api/features/{id}/deliverables/{kind}/diff", query: ["from", "to"]) { request in
            try await diffDeliverable(request)
        }
    }
}
