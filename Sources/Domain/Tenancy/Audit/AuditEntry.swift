internal import HTTPServer
internal import Kernel
internal import Postgres

/// One line of the audit log.
struct AuditEntry: Sendable {
    let id: AuditEntryID
    let at: Timestamp
    let user: UserID
    /// As the person is called now, if they are a member still.
    let actorName: String?
    let token: APITokenID?
    let action: String
    let object: String?
    let detail: JSON
    let request: RequestID?
    let network: String?

    init(_ row: Row) throws {
        id = try row.get(0)
        at = try row.get(1)
        user = try row.get(2)
        actorName = try row.get(3)
        token = try row.get(4)
        action = try row.get(5)
        object = try row.get(6)
        detail = try row.get(7)
        request = try row.get(8)
        network = try row.get(9)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("id")
            json.string(id.description)
            json.key("at")
            json.string(at.description)
            json.key("actor")
            json.object { json in
                json.key("user_id")
                json.string(user.description)
                json.key("name")
                json.string(actorName)
                json.key("token_id")
                json.string(token?.description)
            }
            json.key("action")
            json.string(action)
            json.key("object")
            json.string(object)
            json.key("detail")
            json.value(detail)
            json.key("request_id")
            json.string(request?.description)
            json.key("network")
            json.string(network)
        }
    }

    static let columns = [
        "id", "at", "user_id", "name", "token_id", "action", "object", "detail", "request_id", "network",
    ]

    /// As a line of CSV.
    var fields: [String] {
        [
            id.description, at.description, user.description, actorName ?? "", token?.description ?? "", action,
            object ?? "", detail.text, request?.description ?? "", network ?? "",
        ]
    }
}

/// Which entries are wanted.
struct AuditFilter: Sendable {
    private let actor: UserID?
    private let action: String?
    private let from: Timestamp?
    private let to: Timestamp?

    init(_ request: Request) throws(Problem) {
        if let text = request.query.first("actor") {
            guard let user = UserID(text) else { throw .badRequest("\"actor\" must be a user's id, which is a UUID.") }
            actor = user
        } else {
            actor = nil
        }
        action = request.query.first("action")
        if let action, AuditAction(rawValue: action) == nil {
            throw .badRequest("\"action\" is none that is written down; the API's description has them all.")
        }
        from = try Self.time("from", request)
        to = try Self.time("to", request)
    }

    private static func time(_ name: String, _ request: Request) throws(Problem) -> Timestamp? {
        guard let text = request.query.first(name) else { return nil }
        guard let time = Timestamp(text) else {
            throw .badRequest("\"\(name)\" must be a time such as 2026-11-20T12:00:00Z.")
        }
        return time
    }

    /// A page, newest first where `before` is given or nothing, oldest first after `after`.
    func entries(
        before: AuditEntryID? = nil, limit: Int, _ scope: Scope, in database: Database
    ) async throws -> [AuditEntry] {
        let place: SQL = before.map { "AND e.id < \($0)" } ?? ""
        return try await entries(place + " ORDER BY e.id DESC LIMIT \(limit)", scope, in: database)
    }

    func entries(
        after: AuditEntryID?, limit: Int, _ scope: Scope, in database: Database
    ) async throws -> [AuditEntry] {
        let place: SQL = after.map { "AND e.id > \($0)" } ?? ""
        return try await entries(place + " ORDER BY e.id LIMIT \(limit)", scope, in: database)
    }

    private func entries(_ place: SQL, _ scope: Scope, in database: Database) async throws -> [AuditEntry] {
        var conditions: [SQL] = ["e.tenant_id = (SELECT app.tenant())"]
        if let actor { conditions.append("e.user_id = \(actor)") }
        if let action { conditions.append("e.action = \(action)") }
        if let from { conditions.append("e.at >= \(from)") }
        if let to { conditions.append("e.at < \(to)") }
        return try await database.read(
            scope,
            """
            SELECT e.id, e.at, e.user_id, coalesce(p.name, p.email), e.token_id, e.action, e.object, e.detail,
                e.request_id, e.network
            FROM audit_log e LEFT JOIN profiles p ON p.tenant_id = e.user_id
            WHERE \(conditions.joined(separator: " AND ")) \(place)
            """
        ).map(AuditEntry.init)
    }
}

/// Where a list goes on: opaque to clients.
enum AuditCursor {
    static func encode(_ id: AuditEntryID) -> String { Base64URL.encode(id.bytes) }

    static func decode(_ text: String) throws(Problem) -> AuditEntryID {
        guard let bytes = Base64URL.decode(text), bytes.count == 16 else {
            throw .badRequest("This cursor is not one of ours. Start again without it.")
        }
        let halves = [bytes[..<8], bytes[8...]].map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        return AuditEntryID(high: halves[0], low: halves[1])
    }
}
