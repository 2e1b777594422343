internal import HTTPServer
internal import Kernel
internal import Postgres

extension FeatureRoutes {
    /// `GET /api/features/{id}/recommendations`: what the alignment reviewer advised at each gate, oldest first.
    func listRecommendations(_ request: Request) async throws -> Response {
        let scope = Scope(try request.principal)
        let id = try request.featureID
        try await FeatureStore.requireExists(id, scope, in: database)
        let rows = try await database.read(
            scope,
            """
            SELECT revision, gate, version, verdict, reasons, created_at FROM recommendations
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(id) ORDER BY revision, created_at
            """)
        return .items(rows) { row, json in
            json.object { json in
                json.key("revision")
                json.raw(row[0])
                json.key("gate")
                json.plain(row[1])
                json.key("version")
                json.raw(row[2])
                json.key("recommendation")
                json.plain(row[3])
                json.key("reasons")
                json.raw(row[4])
                json.key("created_at")
                json.timestamp(row[5])
            }
        }
    }

    /// `GET /api/features/{id}/reviews`: the security and code reviews of every build, oldest first.
    func listReviews(_ request: Request) async throws -> Response {
        let scope = Scope(try request.principal)
        let id = try request.featureID
        try await FeatureStore.requireExists(id, scope, in: database)
        let rows = try await database.read(
            scope,
            """
            SELECT revision, build, kind, verdict, body, created_at FROM reviews
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(id) ORDER BY revision, build, kind DESC
            """)
        return .items(rows) { row, json in
            json.object { json in
                json.key("revision")
                json.raw(row[0])
                json.key("build")
                json.raw(row[1])
                json.key("kind")
                json.plain(row[2])
                json.key("verdict")
                json.plain(row[3])
                json.key("report")
                json.raw(row[4])
                json.key("created_at")
                json.timestamp(row[5])
            }
        }
    }
}
