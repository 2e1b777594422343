internal import HTTPServer
internal import Kernel
internal import Postgres

extension ArtifactRoutes {
    /// `GET /api/settings/storage`: what the tenant's builds take, of how much, and which features take most.
    func readStorage(_ request: Request) async throws -> Response {
        let rows = try await database.read(
            Scope(try request.principal),
            """
            SELECT b.feature_id, f.title, b.bytes, sum(b.bytes) OVER ()::bigint
            FROM (
                SELECT tenant_id, feature_id, sum(stored_bytes)::bigint AS bytes FROM builds
                WHERE tenant_id = (SELECT app.tenant()) GROUP BY tenant_id, feature_id
            ) b JOIN features f ON f.tenant_id = b.tenant_id AND f.id = b.feature_id
            ORDER BY b.bytes DESC, b.feature_id LIMIT 10
            """)
        let used = try rows.first?.get(3, as: Int.self) ?? 0
        let features = try rows.map {
            (
                id: try $0.get(0, as: ID<BuildRecord>.self), title: try $0.get(1, as: String.self),
                bytes: try $0.get(2, as: Int.self)
            )
        }
        let limit = quota.limit
        return .json { json in
            json.object { json in
                json.key("limit_bytes")
                json.integer(limit)
                json.key("used_bytes")
                json.integer(used)
                json.key("left_bytes")
                json.integer(max(0, limit - used))
                json.key("largest_features")
                json.array { json in
                    for feature in features {
                        json.object { json in
                            json.key("id")
                            json.string(feature.id.description)
                            json.key("title")
                            json.string(feature.title)
                            json.key("bytes")
                            json.integer(feature.bytes)
                        }
                    }
                }
            }
        }
    }
}
