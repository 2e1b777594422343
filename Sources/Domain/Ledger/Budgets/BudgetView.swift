internal import Kernel
internal import Postgres

/// The tenant's limits, and where this month stands.
struct BudgetView: JSONWritable, Sendable {
    private let month: String
    private let limits: BudgetLimits
    private let standing: Standing
    private let turnsAt: Timestamp

    static func read(_ scope: Scope, in database: Database) async throws -> BudgetView {
        let rows = try await database.read(
            scope,
            """
            SELECT app.current_month(),
                CASE WHEN b.tenant_id IS NULL THEN app.standard_month_limit() ELSE b.month_limit END,
                b.feature_limit, b.run_limit, coalesce(c.spent, 0), coalesce(c.reserved, 0),
                (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC'
            FROM (SELECT app.tenant() AS id) t LEFT JOIN budgets b ON b.tenant_id = t.id
            LEFT JOIN budget_counters c
                ON c.tenant_id = t.id AND c.scope = 'month' AND c.subject = app.current_month()
            """)
        return try BudgetView(rows[0])
    }

    private init(_ row: Row) throws {
        month = try row.get(0)
        limits = BudgetLimits(month: try row.get(1), feature: try row.get(2), run: try row.get(3))
        standing = Standing(limit: limits.month, spent: try row.get(4), reserved: try row.get(5))
        turnsAt = try row.get(6)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("month")
            json.string(month)
            json.limit("month_limit_microdollars", limits.month)
            json.limit("feature_limit_microdollars", limits.feature)
            json.limit("run_limit_microdollars", limits.run)
            standing.write(to: &json)
            json.key("turns_at")
            json.string(turnsAt.description)
        }
    }
}

/// A feature's limit, its own or the tenant's for features, and what has been spent on it.
struct FeatureBudgetView: JSONWritable, Sendable {
    private let ownLimit: Int64?
    private let standing: Standing

    /// - Throws: `Problem.notFound` for a feature that does not exist, or is somebody else's.
    static func read(_ feature: String, _ scope: Scope, in database: Database) async throws -> FeatureBudgetView {
        let rows = try await database.read(
            scope,
            """
            SELECT c.own_limit, coalesce(c.own_limit, b.feature_limit), coalesce(c.spent, 0), coalesce(c.reserved, 0)
            FROM features f LEFT JOIN budgets b ON b.tenant_id = f.tenant_id
            LEFT JOIN budget_counters c
                ON c.tenant_id = f.tenant_id AND c.scope = 'feature' AND c.subject = f.id::text
            WHERE f.tenant_id = (SELECT app.tenant()) AND f.id = \(feature)::uuid
            """)
        guard let row = rows.first else { throw Problem.notFound("feature") }
        return FeatureBudgetView(
            ownLimit: try row.get(0),
            standing: Standing(limit: try row.get(1), spent: try row.get(2), reserved: try row.get(3)))
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.limit("own_limit_microdollars", ownLimit)
            json.limit("limit_microdollars", standing.limit)
            standing.write(to: &json)
        }
    }
}

/// What a budget's counter says.
private struct Standing: Sendable {
    let limit: Int64?
    let spent: Int64
    let reserved: Int64

    func write(to json: inout JSONWriter) {
        json.key("spent_microdollars")
        json.integer(spent)
        json.key("reserved_microdollars")
        json.integer(reserved)
        json.limit("left_microdollars", limit.map { max(0, $0 - spent - reserved) })
    }
}

extension JSONWriter {
    fileprivate mutating func limit(_ name: String, _ limit: Int64?) {
        key(name)
        if let limit { integer(limit) } else { null() }
    }
}
