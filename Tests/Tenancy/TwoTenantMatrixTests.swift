import Embedded
import Kernel
import Postgres
import TestSupport
import Testing

/// Every table against every way of touching another tenant's row. The tables come from the catalog, so a new one is
/// tried without anybody thinking of it; what row-level security lets through is tried with a role that holds every
/// grant, so that no missing grant hides a missing policy.
@Suite("Two tenants")
struct TwoTenantMatrixTests {
    @Test("no operation of one tenant reaches a row of another, on any table")
    func matrix() async throws {
        try await Self.withTwoTenants { admin, tables, a, b in
            for table in tables {
                let name = table.name
                try await admin.transaction(.tenant(a)) { tx in
                    try await tx.execute("SET LOCAL ROLE matrix_probe")
                    let own = try await tx.query("SELECT tenant_id FROM \(identifier: name)")
                    #expect(try own.map { try $0.get(0, as: TenantID.self) } == [a], "select \(name)")
                    for verb in ["UPDATE \(name) SET tenant_id = tenant_id", "DELETE FROM \(name)"] {
                        let touched = try await tx.query("\(unsafeRaw: verb) WHERE tenant_id = \(b) RETURNING 1")
                        #expect(touched.isEmpty, "\(verb)")
                    }
                }
                let hostile: [(String, SQL)] = [
                    ("move a row over", "UPDATE \(identifier: name) SET tenant_id = \(b)"),
                    ("insert", table.insert(for: b)),
                    ("insert returning", table.insert(for: b) + " RETURNING tenant_id"),
                    ("upsert", table.insert(for: b) + " ON CONFLICT DO NOTHING"),
                    (
                        "upsert update",
                        table.insert(for: b)
                            + " ON CONFLICT (\(unsafeRaw: table.key)) DO UPDATE SET tenant_id = excluded.tenant_id"
                    ),
                ]
                for (what, sql) in hostile {
                    let refusal = await Self.refusal(admin, .tenant(a), sql)
                    // Moving a row may also trip over a key on its way; what counts is that it never succeeds.
                    #expect(refusal == "42501" || (what == "move a row over" && refusal == "23503"), "\(what) \(name)")
                }
            }
        }
    }

    @Test("without a tenant there are no rows, and none can be made")
    func noContext() async throws {
        try await Self.withTwoTenants { admin, tables, a, _ in
            for table in tables {
                try await admin.transaction(.untenanted) { tx in
                    try await tx.execute("SET LOCAL ROLE matrix_probe")
                    #expect(try await tx.query("SELECT 1 FROM \(identifier: table.name)").isEmpty, "\(table.name)")
                    #expect(try await tx.execute("DELETE FROM \(identifier: table.name)") == 0, "\(table.name)")
                }
                #expect(await Self.refusal(admin, .untenanted, table.insert(for: a)) == "42501", "\(table.name)")
            }
        }
    }

    @Test("the worker sees every tenant's jobs, and nothing else of theirs before it has set the tenant")
    func worker() async throws {
        try await Self.withTwoTenants { admin, tables, a, b in
            for table in tables {
                let seen = try await Self.tenantsSeen(in: table.name, as: "specwright_worker", admin)
                let isQueue = table.name == "jobs" || table.name == "dead_jobs"
                #expect(seen == (isQueue ? [a, b] : []), "\(table.name)")
            }
        }
    }

    @Test("a person sees their own memberships in other tenants, and nobody else's")
    func memberships() async throws {
        try await TestDatabase.with(.migrated) { database in
            let (alice, bob, team) = (UserID.new(), UserID.new(), TenantID.new())
            for user in [alice, bob] {
                try await database.api.transaction(.tenant(team, user: user)) { tx in
                    try await tx.execute(
                        "INSERT INTO tenants (tenant_id, kind, name) VALUES (\(team), 'team', 'T') ON CONFLICT DO NOTHING"
                    )
                    try await tx.execute(
                        "INSERT INTO memberships (tenant_id, user_id, role) VALUES (\(team), \(user), 'builder')")
                }
            }
            let seen = try await database.api.read(
                .tenant(.personal(of: alice), user: alice), "SELECT user_id FROM memberships")
            #expect(try seen.map { try $0.get(0, as: UserID.self) } == [alice])
        }
    }

    // MARK: Two tenants with one row each in every table

    struct Table: Sendable {
        let name: String
        /// The columns of the primary key, as they stand in ON CONFLICT.
        let key: String
        let columns: [(name: String, type: String)]

        /// Values that satisfy every constraint; ids are all the tenant's own, so that foreign keys fit.
        func insert(for tenant: TenantID) -> SQL {
            let values = columns.map { column -> SQL in
                if let fixed = Self.fixed["\(name).\(column.name)"] { return "\(unsafeRaw: "'\(fixed)'")" }
                return switch column.type {
                case "uuid": "\(tenant)"
                case "integer", "bigint": "1"
                case "jsonb": "'{}'"
                case "bytea": "'\\x00'"
                case "boolean": "false"
                case "timestamp with time zone": "now()"
                default: "'x'"
                }
            }
            let names = columns.map(\.name).joined(separator: ", ")
            return "INSERT INTO \(identifier: name) (\(unsafeRaw: names)) VALUES (\(values.joined(separator: ", ")))"
        }

        /// What a CHECK constraint wants. A new table with such a column is added here, or seeding it fails.
        private static let fixed = [
            "tenants.kind": "personal", "memberships.role": "viewer", "provider_keys.provider": "anthropic",
            "deliverables.kind": "spec", "recommendations.gate": "spec", "recommendations.verdict": "APPROVE",
            "reviews.kind": "code", "reviews.verdict": "PASS", "chat_messages.role": "user",
            "chat_messages.status": "complete",
            "vault_audit.action": "open", "artifacts.sha256": String(repeating: "0", count: 64),
            "budget_counters.scope": "month", "ledger.kind": "productive",
            "invitations.role": "viewer",
            "api_tokens.scopes": "{read}", "api_tokens.hash": "\\x" + String(repeating: "00", count: 32),
            "rate_buckets.kind": "tenant", "rate_buckets.level": "1",
            "estimates.stage": "plan", "estimates.basis": "sizes", "estimates.agents": "{}",
            "reworks.gate": "spec", "reworks.reasons": "[]",
        ]
    }

    static func withTwoTenants(
        _ body: @escaping @Sendable (Database, [Table], TenantID, TenantID) async throws -> Void
    ) async throws {
        try await TestDatabase.with(.migrated) { database in
            let admin = database.database(as: .superuser) { _ in }
            let tables = try await self.tables(admin)
            #expect(tables.count >= 17)
            let (a, b) = (TenantID.new(), TenantID.new())
            try await admin.transaction(.untenanted) { tx in
                try await tx.execute("SET LOCAL session_replication_role = replica")
                for table in tables {
                    for tenant in [a, b] { try await tx.execute(table.insert(for: tenant)) }
                }
            }
            try await database.superuser.run(
                script: """
                    DO $$ BEGIN
                        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'matrix_probe') THEN
                            CREATE ROLE matrix_probe NOLOGIN NOSUPERUSER NOBYPASSRLS;
                        END IF;
                    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
                    END $$;
                    GRANT ALL ON ALL TABLES IN SCHEMA public TO matrix_probe;
                    GRANT USAGE ON SCHEMA public, app TO matrix_probe;
                    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA app TO matrix_probe;
                    """)
            try await body(admin, tables, a, b)
        }
    }

    /// Whose rows a role sees without a tenant; none of a table that it may not read at all.
    private static func tenantsSeen(
        in table: String, as role: String, _ admin: Database
    ) async throws -> Set<TenantID> {
        do {
            return try await admin.transaction(.untenanted) { tx in
                try await tx.execute("SET LOCAL ROLE \(identifier: role)")
                let rows = try await tx.query("SELECT tenant_id FROM \(identifier: table)")
                return try Set(rows.map { try $0.get(0, as: TenantID.self) })
            }
        } catch let error as PostgresError where error.isInsufficientPrivilege {
            return []
        }
    }

    /// The SQLSTATE with which `sql` is refused; empty when it is not.
    private static func refusal(_ admin: Database, _ scope: Scope, _ sql: SQL) async -> String {
        do {
            try await admin.transaction(scope) { tx in
                try await tx.execute("SET LOCAL ROLE matrix_probe")
                _ = try await tx.query(sql)
            }
            return ""
        } catch let error as PostgresError {
            return error.sqlState
        } catch {
            return "\(error)"
        }
    }

    private static func tables(_ admin: Database) async throws -> [Table] {
        let rows = try await admin.read(
            .untenanted,
            """
            SELECT c.relname,
                (SELECT string_agg(a.attname, ', ' ORDER BY k.n) FROM pg_index x,
                    unnest(x.indkey) WITH ORDINALITY AS k(attnum, n)
                    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
                    WHERE x.indrelid = c.oid AND x.indisprimary),
                array_agg(a.attname::text ORDER BY a.attnum), array_agg(format_type(a.atttypid, NULL) ORDER BY a.attnum)
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                AND a.attnotnull AND NOT a.atthasdef
            GROUP BY c.oid, c.relname ORDER BY c.relname
            """)
        return try rows.map { row in
            let names = try row.get(2, as: [String].self)
            let types = try row.get(3, as: [String].self)
            return Table(name: try row.get(0), key: try row.get(1), columns: Array(zip(names, types)).map { ($0, $1) })
        }
    }
}
