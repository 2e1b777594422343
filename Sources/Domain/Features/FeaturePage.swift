internal import HTTPServer
internal import Kernel
internal import Postgres

/// Which features a list shows, in which order, and where it goes on.
struct FeaturePage {
    enum Column: String, CaseIterable, Sendable {
        /// By id, which sorts by time of creation.
        case created = "created_at"
        case updated = "updated_at"
    }

    /// The last row of the page before, by what the list is sorted by.
    private enum Place {
        case created(FeatureID)
        case updated(Timestamp, FeatureID)
    }

    let limit: Int
    private let sort: SortOrder<Column>
    private let statuses: [FeatureStatus]?
    private let after: Place?
    private let list: String
    private let cursors: Cursors

    /// - Throws: 400 for what is not one of the choices, and for a cursor that this list did not give out.
    init(_ request: Request, _ cursors: Cursors) throws {
        let tenant = try request.principal.tenant
        limit = Int(try request.integer("limit", in: 1...100, default: 20))
        sort = try request.sort(default: SortOrder(.created, isDescending: true))
        statuses = try request.choices("status")
        let shown = statuses.map { Set($0.map(\.rawValue)).sorted().joined(separator: ",") } ?? "*"
        list = "features \(tenant) \(sort.text) \(shown)"
        self.cursors = cursors
        let cursor = request.query.first("cursor")
        after = try cursor.map { [sort, list] in try Self.place(cursors.open($0, of: list), sort.key) }
    }

    private static func place(_ values: [String], _ column: Column) throws(Problem) -> Place {
        if column == .created, values.count == 1, let id = FeatureID(values[0]) { return .created(id) }
        if column == .updated, values.count == 2, let at = Timestamp(values[0]), let id = FeatureID(values[1]) {
            return .updated(at, id)
        }
        throw .foreignCursor
    }

    /// One row more than is shown, to see whether there are more.
    var query: SQL {
        // What is asked for most is one literal, not put together each time.
        if sort.key == .created, sort.isDescending, statuses == nil {
            guard case .created(let id)? = after else {
                return """
                    SELECT id, title, status, revision, version, created_at, updated_at FROM features
                    WHERE tenant_id = (SELECT app.tenant()) ORDER BY id DESC LIMIT \(limit + 1)
                    """
            }
            return """
                SELECT id, title, status, revision, version, created_at, updated_at FROM features
                WHERE tenant_id = (SELECT app.tenant()) AND id < \(id) ORDER BY id DESC LIMIT \(limit + 1)
                """
        }
        var sql: SQL = """
            SELECT id, title, status, revision, version, created_at, updated_at FROM features
            WHERE tenant_id = (SELECT app.tenant())
            """
        if let statuses { sql += " AND status = ANY (\(statuses.map(\.rawValue)))" }
        switch after {
        case .created(let id): sql += sort.isDescending ? " AND id < \(id)" : " AND id > \(id)"
        case .updated(let time, let id):
            sql +=
                sort.isDescending
                ? " AND (updated_at, id) < (\(time), \(id))" : " AND (updated_at, id) > (\(time), \(id))"
        case nil: break
        }
        switch (sort.key, sort.isDescending) {
        case (.created, true): sql += " ORDER BY id DESC"
        case (.created, false): sql += " ORDER BY id"
        case (.updated, true): sql += " ORDER BY updated_at DESC, id DESC"
        case (.updated, false): sql += " ORDER BY updated_at, id"
        }
        return sql + " LIMIT \(limit + 1)"
    }

    /// - Returns: how many of the rows are shown, and the cursor to what follows them.
    func bounds(of rows: Rows) throws -> (shown: Int, next: String?) {
        guard rows.count > limit else { return (rows.count, nil) }
        let last = rows[limit - 1]
        let id = try last.get(0, as: FeatureID.self).description
        let place = sort.key == .created ? [id] : [try last.get(6, as: Timestamp.self).description, id]
        return (limit, cursors.seal(place, of: list))
    }
}
