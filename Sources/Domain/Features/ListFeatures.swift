internal import HTTPServer
internal import Kernel
internal import Postgres
internal import Tenancy

extension FeatureRoutes {
    /// `GET /api/features`: a page at a time, newest first unless asked otherwise. The hottest read of all: cells go from
    /// the database's buffer into the response's without becoming strings in between.
    func list(_ request: Request) async throws -> Response {
        let page = try FeaturePage(request, cursors)
        let rows = try await database.read(Scope(try request.principal), page.query)
        let (shown, next) = try page.bounds(of: rows)
        return .json { json in
            json.object { json in
                json.key("items")
                json.array { json in for index in 0..<shown { Self.write(rows[index], to: &json) } }
                json.key("next_cursor")
                json.string(next)
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
