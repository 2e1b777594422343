internal import HTTPServer
internal import Kernel
internal import Postgres

extension FeatureRoutes {
    /// `GET /api/features/{id}/deliverables`: what there is, of every revision, without the bodies.
    func listDeliverables(_ request: Request) async throws -> Response {
        let scope = Scope(try request.principal)
        let id = try request.featureID
        try await FeatureStore.requireExists(id, scope, in: database)
        let rows = try await database.read(
            scope,
            """
            SELECT * FROM (
                SELECT revision, kind, version, created_at FROM deliverables
                WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(id)
                ORDER BY revision DESC, created_at DESC LIMIT 1000
            ) newest ORDER BY revision, created_at, kind, version
            """)
        return .items(rows) { row, json in
            json.object { json in
                json.key("revision")
                json.raw(row[0])
                json.key("kind")
                json.plain(row[1])
                json.key("version")
                json.raw(row[2])
                json.key("created_at")
                json.timestamp(row[3])
            }
        }
    }

    /// `GET /api/features/{id}/deliverables/{kind}/versions`: who wrote which version when, in every revision, oldest
    /// first.
    func listVersions(_ request: Request) async throws -> Response {
        let scope = Scope(try request.principal)
        let id = try request.featureID
        let kind = try request.deliverableKind
        try await FeatureStore.requireExists(id, scope, in: database)
        let rows = try await database.read(
            scope,
            """
            SELECT * FROM (
                SELECT d.revision, d.version, d.created_at,
                    CASE WHEN d.created_by IS NOT NULL THEN jsonb_build_object('kind', 'person', 'user_id', d.created_by)
                        WHEN r.agent IS NOT NULL THEN jsonb_build_object('kind', 'agent', 'agent', r.agent) END
                FROM deliverables d LEFT JOIN agent_runs r ON r.tenant_id = d.tenant_id AND r.id = d.run_id
                WHERE d.tenant_id = (SELECT app.tenant()) AND d.feature_id = \(id) AND d.kind = \(kind.rawValue)
                ORDER BY d.revision DESC, d.version DESC LIMIT 1000
            ) newest ORDER BY revision, version
            """)
        guard !rows.isEmpty else { throw Problem.notFound(kind.rawValue) }
        return .items(rows) { row, json in
            json.object { json in
                json.key("revision")
                json.raw(row[0])
                json.key("version")
                json.raw(row[1])
                json.key("created_at")
                json.timestamp(row[2])
                json.key("author")
                json.raw(row[3])
            }
        }
    }

    /// `GET /api/features/{id}/deliverables/{kind}?revision=&version=`: the newest version unless another is named, as
    /// JSON with its Markdown, or as Markdown alone with `Accept: text/markdown`.
    func getDeliverable(_ request: Request) async throws -> Response {
        let scope = Scope(try request.principal)
        let id = try request.featureID
        let kind = try request.deliverableKind
        let (feature, _) = try await FeatureStore.view(id, scope, in: database)
        let revision = try request.integer("revision", in: 1...1_000_000, default: Int64(feature.revision))
        let version = try request.integer("version", in: 1...1_000_000, default: 0)
        let rows = try await database.read(
            scope,
            """
            SELECT revision, kind, version, created_at, body, markdown FROM deliverables
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(id) AND revision = \(revision)
                AND kind = \(kind.rawValue) AND (\(version) = 0 OR version = \(version)) ORDER BY version DESC LIMIT 1
            """)
        guard let row = rows.first else {
            throw Problem.notFound(
                "\(kind.rawValue) in revision \(revision)" + (version == 0 ? "" : " of version \(version)"))
        }
        if request.headers["accept"]?.contains("text/markdown") == true {
            return Response(
                status: 200, headers: HTTPHeaders([("content-type", "text/markdown; charset=utf-8")]),
                body: .bytes(Array((try row.get(5) as String).utf8)))
        }
        return .json { json in
            json.object { json in
                json.key("revision")
                json.raw(row[0])
                json.key("kind")
                json.plain(row[1])
                json.key("version")
                json.raw(row[2])
                json.key("created_at")
                json.timestamp(row[3])
                json.key("body")
                json.raw(row[4])
                json.key("markdown")
                json.text(row[5])
            }
        }
    }
}

extension Request {
    /// The kind in `/deliverables/{kind}`; one that is none is simply not found.
    package var deliverableKind: DeliverableKind {
        get throws {
            guard let kind = DeliverableKind(rawValue: try parameters.require("kind")) else {
                throw Problem.notFound("kind of deliverable")
            }
            return kind
        }
    }
}
