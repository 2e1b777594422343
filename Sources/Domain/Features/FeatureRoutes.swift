package import HTTPServer
package import Kernel
package import Postgres

/// What a new feature's first text starts, in the transaction that makes the feature: the talk with the analyst.
/// The attachments are as they were sent; whoever takes them checks them.
package typealias OpeningMessage =
    @Sendable (
        _ text: String, _ attachments: JSON?, _ feature: FeatureID, _ principal: Principal, _ tx: Transaction
    ) async throws -> Void

/// `/api/features`: features and everything they have; the gates themselves are the pipeline's.
package struct FeatureRoutes: Sendable {
    let database: Database
    let hub: WakeUpHub
    let cursors: Cursors
    let openingMessage: OpeningMessage

    package init(database: Database, hub: WakeUpHub, cursors: Cursors, openingMessage: @escaping OpeningMessage) {
        self.database = database
        self.hub = hub
        self.cursors = cursors
        self.openingMessage = openingMessage
    }

    package func register(on router: inout Router) {
        router.on(.get, "/api/features", query: ["limit", "cursor", "sort", "status"]) { request in
            try await list(request)
        }
        router.on(.post, "/api/features") { request in try await create(request) }
        router.on(.get, "/api/features/{id}") { request in try await get(request) }
        router.on(.patch, "/api/features/{id}") { request in try await change(request) }
        router.on(.delete, "/api/features/{id}") { request in try await delete(request) }
        router.on(.get, "/api/features/{id}/deliverables") { request in try await listDeliverables(request) }
        router.on(.get, "/api/features/{id}/deliverables/{kind}", query: ["revision", "version"]) { request in
            try await getDeliverable(request)
        }
        router.on(.get, "/api/features/{id}/deliverables/{kind}/versions") { request in
            try await listVersions(request)
        }
        router.on(.put, "/api/features/{id}/brief") { request in try await writeBrief(request) }
        router.on(.get, "/api/features/{id}/recommendations") { request in try await listRecommendations(request) }
        router.on(.get, "/api/features/{id}/reviews") { request in try await listReviews(request) }
        router.on(.get, "/api/features/{id}/events", query: ["after", "limit"]) { request in try await events(request) }
    }
}

extension Request {
    /// The id in `/api/features/{id}`; one that is no id is simply not found.
    package var featureID: FeatureID {
        get throws {
            guard let id = FeatureID(try parameters.require("id")) else { throw Problem.notFound("feature") }
            return id
        }
    }

    /// A whole number from the query, within `range`.
    package func integer(_ name: String, in range: ClosedRange<Int64>, default fallback: Int64) throws(Problem) -> Int64
    {
        guard let text = query.first(name) else { return fallback }
        guard let value = Int64(text), range.contains(value) else {
            throw .badRequest("\"\(name)\" must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return value
    }
}
