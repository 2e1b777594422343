internal import HTTPServer
internal import Kernel
internal import Postgres
internal import Tenancy

extension FeatureRoutes {
    /// `GET /api/features`: newest first, a page at a time. The hottest read of all: cells go from the database's
    /// buffer into the response's without becoming strings in between.
    func list(_ request: Request) async throws -> Response {
        let principal = try request.principal
        let limit = try request.integer("limit", in: 1...100, default: 20)
        let rows: Rows
        if let cursor = request.query.first("cursor") {
            let before: FeatureID = try Cursor.decode(cursor)
            rows = try await database.read(
                Scope(principal),
                """
                SELECT id, title, status, revision, version, created_at, updated_at FROM features
                WHERE tenant_id = (SELECT app.tenant()) AND id < \(before) ORDER BY id DESC LIMIT \(limit + 1)
                """)
        } else {
            rows = try await database.read(
                Scope(principal),
                """
                SELECT id, title, status, revision, version, created_at, updated_at FROM features
                WHERE tenant_id = (SELECT app.tenant()) ORDER BY id DESC LIMIT \(limit + 1)
                """)
        }
        let shown = min(rows.count, Int(limit))
        let next: FeatureID? = rows.count > shown && shown > 0 ? FeatureID(try rows[shown - 1].get(0) as String) : nil
        return .json { json in
            json.object { json in
                json.key("items")
                json.array { json in for index in 0..<shown { Self.write(rows[index], to: &json) } }
                json.key("next_cursor")
                json.string(next.map(Cursor.encode))
            }
        }
    }

    private static func write(_ row: Row, to json: inout JSONWriter) {
        json.object { json in
            json.key("id")
            json.plain(row[0])
            json.key("title")
            json.text(row[1])
            json.key("status")
            json.plain(row[2])
            json.key("revision")
            json.raw(row[3])
            json.key("version")
            json.raw(row[4])
            json.key("created_at")
            json.timestamp(row[5])
            json.key("updated_at")
            json.timestamp(row[6])
        }
    }
}
