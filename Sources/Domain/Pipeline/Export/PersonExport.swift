internal import Archive
internal import Kernel
internal import ObjectStore
internal import Postgres

/// Writes everything of a person into a ZIP: their personal tenant whole, and of their teams which they belong to, as
/// what, and what they did there. What a team made is the team's.
///
/// Rows are written as they are stored, one JSON object a line, less what is sealed or hashed. It is no snapshot: what
/// changes meanwhile may be in it or not.
struct PersonExport: Sendable {
    let user: UserID
    let database: Database
    let objects: any ObjectStore
    let zip: ZIPWriter
    let at: Timestamp

    /// Rows of one file, and in memory at once.
    private static let pageSize = 200

    func write() async throws {
        try await zip.add("README.txt", modified: at, contents: Array(Self.readMe.utf8))
        let tables: [(String, SQL)] = [
            ("profile", "SELECT to_jsonb(t) - 'tenant_id' FROM profiles t"),
            (
                "tokens",
                """
                SELECT jsonb_build_object('id', t.id, 'name', t.name, 'hint', t.hint, 'scopes', t.scopes, 'created_at',
                    t.created_at, 'expires_at', t.expires_at, 'last_used_at', t.last_used_at) FROM api_tokens t
                """
            ),
            (
                "keys",
                """
                SELECT jsonb_build_object('id', t.id, 'provider', t.provider, 'base_url', t.base_url, 'label', t.label,
                    'last4', t.last4, 'status', t.status, 'created_at', t.created_at, 'last_used_at', t.last_used_at)
                FROM provider_keys t
                """
            ),
            ("budget", "SELECT to_jsonb(t) - 'tenant_id' FROM budgets t"),
            ("models", "SELECT to_jsonb(t) - 'tenant_id' FROM model_routes t"),
        ]
        for (name, select) in tables {
            try await page(name, personal, "\(select) WHERE t.tenant_id = (SELECT app.tenant()) LIMIT 1000")
        }
        try await rows("usage", of: "ledger", personal)
        try await rows("audit", of: "audit_log", personal)
        try await teams()
        try await features()
    }

    private var personal: Scope { .tenant(.personal(of: user), user: user) }

    private func teams() async throws {
        let teams = try await read(
            personal,
            """
            SELECT m.tenant_id, jsonb_build_object('id', m.tenant_id, 'name', t.name, 'role', m.role, 'since', m.created_at)
            FROM memberships m JOIN tenants t USING (tenant_id)
            WHERE m.user_id = \(user) AND t.kind = 'team' AND t.deleted_at IS NULL ORDER BY m.tenant_id
            """)
        for team in teams {
            let id: TenantID = try team.get(0)
            try await add("teams/\(id)/membership.json", [try team.get(1, as: JSON.self)])
            try await rows(
                "teams/\(id)/audit", of: "audit_log", .tenant(id, user: user), where: "AND t.user_id = \(user)")
        }
    }

    private func features() async throws {
        var last: ID<PersonExport>?
        while true {
            let place: SQL = last.map { "AND t.id > \($0)" } ?? ""
            let page = try await read(
                personal,
                """
                SELECT t.id, to_jsonb(t) - 'tenant_id' FROM features t
                WHERE t.tenant_id = (SELECT app.tenant()) \(place) ORDER BY t.id LIMIT \(Self.pageSize)
                """)
            for row in page {
                let id: ID<PersonExport> = try row.get(0)
                last = id
                try await feature(id, try row.get(1))
            }
            if page.count < Self.pageSize { return }
        }
    }

    private func feature(_ id: ID<PersonExport>, _ about: JSON) async throws {
        let folder = "features/\(id)"
        try await add("\(folder)/feature.json", [about])
        try await deliverables(of: id, in: folder)
        let mine: SQL = "AND t.feature_id = \(id)"
        for (name, table) in [("messages", "chat_messages"), ("runs", "agent_runs")] {
            try await rows("\(folder)/\(name)", of: table, personal, where: mine)
        }
        try await rows("\(folder)/attachments", of: "attachments", personal, where: mine, page: 20)
        for (name, table) in [("opinions", "recommendations"), ("reworks", "reworks"), ("reviews", "reviews")] {
            try await page(
                "\(folder)/\(name)", personal,
                """
                SELECT to_jsonb(t) - 'tenant_id' FROM \(identifier: table) t
                WHERE t.tenant_id = (SELECT app.tenant()) \(mine) ORDER BY t.created_at LIMIT 1000
                """)
        }
        try await events(of: id, in: folder)
        try await builds(of: id, in: folder)
    }

    /// One at a time: each can be large.
    private func deliverables(of id: ID<PersonExport>, in folder: String) async throws {
        let all = try await read(
            personal,
            """
            SELECT revision, kind, version FROM deliverables
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(id) ORDER BY revision, kind, version
            """)
        for row in all {
            let (revision, kind, version): (Int, String, Int) = (try row.get(0), try row.get(1), try row.get(2))
            let found = try await read(
                personal,
                """
                SELECT body, markdown FROM deliverables WHERE tenant_id = (SELECT app.tenant())
                    AND feature_id = \(id) AND revision = \(revision) AND kind = \(kind) AND version = \(version)
                """)
            guard let row = found.first else { continue }
            let name = "\(folder)/deliverables/r\(revision)-\(kind)-v\(version)"
            try await add("\(name).json", [try row.get(0, as: JSON.self)])
            try await zip.add("\(name).md", modified: at, contents: Array(try row.get(1, as: String.self).utf8))
        }
    }

    private func events(of id: ID<PersonExport>, in folder: String) async throws {
        var (last, number): (Int64, Int) = (0, 1)
        while true {
            let page = try await read(
                personal,
                """
                SELECT t.sequence, to_jsonb(t) - 'tenant_id' FROM events t
                WHERE t.tenant_id = (SELECT app.tenant()) AND t.feature_id = \(id) AND t.sequence > \(last)
                ORDER BY t.sequence LIMIT \(Self.pageSize)
                """)
            guard let end = page.last else { return }
            try await add(Self.name("\(folder)/events", number), try page.map { try $0.get(1, as: JSON.self) })
            (last, number) = (try end.get(0), number + 1)
        }
    }

    private func builds(of id: ID<PersonExport>, in folder: String) async throws {
        try await page(
            "\(folder)/builds", personal,
            """
            SELECT to_jsonb(t) - 'tenant_id' FROM builds t
            WHERE t.tenant_id = (SELECT app.tenant()) AND t.feature_id = \(id) ORDER BY t.number LIMIT 10000
            """)
        var last: (build: Int, path: String) = (0, "")
        while true {
            let page = try await read(
                personal,
                """
                SELECT build, path, object_key, sha256, bytes FROM artifacts
                WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(id)
                    AND (build, path) > (\(last.build)::integer, \(last.path)) ORDER BY build, path LIMIT \(Self.pageSize)
                """)
            for row in page {
                let (build, path): (Int, String) = (try row.get(0), try row.get(1))
                last = (build, path)
                var name = "\(folder)/builds/\(build)/\(path)"
                // What no archive can hold is there under its content's name.
                if name.utf8.count > 1_024 { name = "\(folder)/builds/\(build)/\(try row.get(3, as: String.self))" }
                try await zip.add(
                    name, modified: at, size: try row.get(4, as: Int.self),
                    contents: try await objects.get(try row.get(2, as: String.self)).body)
            }
            if page.count < Self.pageSize { return }
        }
    }

    /// A table whose rows have ids, a file a page.
    ///
    /// - Parameter page: fewer where each row can be large.
    private func rows(
        _ name: String, of table: String, _ scope: Scope, where condition: SQL = "", page size: Int = pageSize
    ) async throws {
        var (last, number): (ID<PersonExport>?, Int) = (nil, 1)
        while true {
            let place: SQL = last.map { "AND t.id > \($0)" } ?? ""
            let page = try await read(
                scope,
                """
                SELECT t.id, to_jsonb(t) - 'tenant_id' FROM \(identifier: table) t
                WHERE t.tenant_id = (SELECT app.tenant()) \(condition) \(place) ORDER BY t.id LIMIT \(size)
                """)
            guard let end = page.last else { return }
            try await add(Self.name(name, number), try page.map { try $0.get(1, as: JSON.self) })
            (last, number) = (try end.get(0), number + 1)
        }
    }

    /// A stream that has begun cannot say that something was not there for a moment, so it tries again.
    private func read(_ scope: Scope, _ sql: SQL) async throws -> Rows {
        var pause = Duration.milliseconds(100)
        while true {
            do {
                return try await database.read(scope, sql)
            } catch let problem as Problem where problem.status == 503 && pause < .seconds(5) {
                try await Task.sleep(for: pause)
                pause *= 2
            }
        }
    }

    private func page(_ name: String, _ scope: Scope, _ sql: SQL) async throws {
        let rows = try await read(scope, sql)
        try await add("\(name).jsonl", try rows.map { try $0.get(0, as: JSON.self) })
    }

    private func add(_ path: String, _ values: [JSON]) async throws {
        var lines: [UInt8] = []
        for value in values { lines += value.bytes + [UInt8(ascii: "\n")] }
        try await zip.add(path, modified: at, contents: lines)
    }

    private static func name(_ start: String, _ number: Int) -> String { "\(start)/\(number).jsonl" }

    private static let readMe = """
        Everything of yours that Specwright keeps, as it is stored: one JSON object a line.

        profile, tokens, keys   who you are; your API tokens and model keys without their secrets
        budget, models, usage   what you have set, and every model call with what it cost
        audit                   what you did, and when
        teams/ID                the teams you belong to, as what, and what you did there; what a team made is the team's
        features/ID             a feature: its brief, spec, plan and tests, the talk, the opinions and reviews, what happened,
                                and the files of every build

        """
}
