package import HTTPServer
internal import Kernel
package import Postgres

/// `/api/audit`: who did what in a tenant, for its admins.
package struct AuditRoutes: Sendable {
    let database: Database

    package init(database: Database) { self.database = database }

    package func register(on router: inout Router) {
        let filter = ["actor", "action", "from", "to"]
        router.on(.get, "/api/audit", query: filter + ["limit", "cursor"]) { request in try await list(request) }
        router.on(.get, "/api/audit/export", query: filter) { request in try await export(request) }
    }

    /// `GET /api/audit`: newest first, a page at a time.
    private func list(_ request: Request) async throws -> Response {
        let principal = try request.principal
        try principal.require(.admin, to: "read the audit log")
        let filter = try AuditFilter(request)
        guard let limit = Int(request.query.first("limit") ?? "50"), (1...500).contains(limit) else {
            throw Problem.badRequest("\"limit\" must be a whole number from 1 to 500.")
        }
        let before: AuditEntryID? = try request.query.first("cursor").map { try AuditCursor.decode($0) }
        let entries = try await filter.entries(before: before, limit: limit + 1, Scope(principal), in: database)
        let shown = entries.prefix(limit)
        let next = entries.count > limit ? shown.last?.id : nil
        return .json { json in
            json.object { json in
                json.key("items")
                json.array { json in for entry in shown { entry.write(to: &json) } }
                json.key("next_cursor")
                json.string(next.map(AuditCursor.encode))
            }
        }
    }

    /// `GET /api/audit/export`: all of it as CSV, oldest first, a page at a time.
    private func export(_ request: Request) async throws -> Response {
        let principal = try request.principal
        try principal.require(.admin, to: "export the audit log")
        let filter = try AuditFilter(request)
        try await request.record(.auditExported, in: database)
        let (database, scope) = (database, Scope(principal))
        let size = 1_000
        // Read before the head is sent, so that what fails can still say so.
        let first = try await filter.entries(after: nil, limit: size, scope, in: database)
        return Response(
            headers: HTTPHeaders([
                ("content-type", "text/csv; charset=utf-8"),
                ("content-disposition", "attachment; filename=\"audit.csv\""), ("x-content-type-options", "nosniff"),
            ]),
            body: .stream(contentLength: nil) { writer in
                try await writer.write(CSVLine(AuditEntry.columns).bytes)
                var page = first
                while let last = page.last {
                    try await writer.write(page.flatMap { CSVLine($0.fields).bytes })
                    guard page.count == size else { break }
                    page = try await filter.entries(after: last.id, limit: size, scope, in: database)
                }
            })
    }
}
