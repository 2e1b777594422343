internal import HTTPServer
internal import Kernel
internal import Postgres
internal import Tenancy

/// `GET /api/usage/export`: every call of a period as CSV, oldest first, a page of the ledger at a time.
struct ExportUsage: Sendable {
    let database: Database

    private static let columns = [
        "at", "feature_id", "feature_title", "run_id", "turn", "agent", "provider", "model", "kind", "input_tokens",
        "output_tokens", "cache_read_tokens", "cache_write_tokens", "cost_microdollars", "reserved_microdollars",
        "counted",
    ]
    private static let pageSize = 1_000

    func callAsFunction(_ request: Request) async throws -> Response {
        let scope = Scope(try request.principal)
        let period = try UsagePeriod(request)
        try await request.record(.usageExported, on: "\(period.from)/\(period.to)", in: database)
        // Read before the head is sent, so that what fails can still say so.
        let first = try await page(after: nil, period, scope)
        let rest = self
        return Response(
            headers: HTTPHeaders([
                ("content-type", "text/csv; charset=utf-8"),
                ("content-disposition", "attachment; filename=\"usage-\(period.from)-\(period.to).csv\""),
                ("x-content-type-options", "nosniff"),
            ]),
            body: .stream(contentLength: nil) { writer in
                try await writer.write(CSVLine(Self.columns).bytes)
                var page = first
                while let last = page.last {
                    try await writer.write(page.lines)
                    guard page.isFull else { break }
                    page = try await rest.page(after: last, period, scope)
                }
            })
    }

    private struct Page: Sendable {
        var lines: [UInt8] = []
        var last: (at: Timestamp, id: CallID)?
        var isFull = false
    }

    private func page(
        after last: (at: Timestamp, id: CallID)?, _ period: UsagePeriod, _ scope: Scope
    ) async throws -> Page {
        let rows = try await database.read(
            scope,
            """
            SELECT l.at, l.id, l.feature_id::text, f.title, l.run_id::text, l.turn::text, l.agent, l.provider, l.model,
                l.kind, l.input_tokens::text, l.output_tokens::text, l.cache_read_tokens::text,
                l.cache_write_tokens::text, l.cost_microdollars::text, l.reserved_microdollars::text, l.is_counted::text
            FROM ledger l LEFT JOIN features f ON f.tenant_id = l.tenant_id AND f.id = l.feature_id
            WHERE l.tenant_id = (SELECT app.tenant()) AND l.at < \(period.end)
                AND (l.at, l.id) > (\(last?.at ?? period.start + .microseconds(-1)), \(last?.id ?? CallID(high: .max, low: .max)))
            ORDER BY l.at, l.id LIMIT \(Self.pageSize)
            """)
        var page = Page(isFull: rows.count == Self.pageSize)
        for row in rows {
            let at: Timestamp = try row.get(0)
            page.last = (at, try row.get(1))
            let fields = try (2..<Self.columns.count + 1).map { try row.get($0, as: String?.self) ?? "" }
            page.lines += CSVLine([at.description] + fields).bytes
        }
        return page
    }
}
