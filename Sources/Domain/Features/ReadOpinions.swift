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
            SELECT o.revision, o.gate, o.version, o.verdict, o.reasons, o.created_at, o.deliverable_version, o.round,
                o.ask_person, o.resolved, r.note, r.requested_by, r.created_at
            FROM recommendations o LEFT JOIN reworks r ON r.tenant_id = o.tenant_id AND r.feature_id = o.feature_id
                AND r.revision = o.revision AND r.gate = o.gate AND r.deliverable_version = o.deliverable_version
            WHERE o.tenant_id = (SELECT app.tenant()) AND o.feature_id = \(id) ORDER BY o.revision, o.created_at
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
                json.key("deliverable_version")
                json.raw(row[6])
                json.key("round")
                json.raw(row[7])
                json.key("rounds")
                json.integer(FeatureState.maximumGateReviews)
                json.key("ask_person")
                json.bool(row[8])
                json.key("resolved")
                json.raw(row[9])
                json.key("rework")
                if row[12].isNull {
                    json.null()
                } else {
                    json.object { json in
                        json.key("note")
                        json.text(row[10])
                        json.key("requested_by")
                        json.plain(row[11])
                        json.key("created_at")
                        json.timestamp(row[12])
                    }
                }
                json.key("created_at")
                json.timestamp(row[5])
            }
        }
    }

    /// `GET /api/features/{id}/reviews`: the security and code reviews of every build, oldest first; as pages for people
    /// with `Accept: text/markdown`.
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
        if request.headers["accept"]?.contains("text/markdown") == true { return try Self.pages(rows) }
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

    private static func pages(_ rows: Rows) throws -> Response {
        let pages = try rows.map { row in
            let (build, kind) = (try row.get(1, as: Int.self), try row.get(2, as: String.self))
            return try ReviewReport(json: try row.get(4, as: JSON.self)).markdown(
                title: "\(kind == "security" ? "Security" : "Code") review of build \(build)")
        }
        return Response(
            status: 200, headers: HTTPHeaders([("content-type", "text/markdown; charset=utf-8"), ("vary", "Accept")]),
            body: .bytes(Array(pages.joined(separator: "\n").utf8)))
    }
}
