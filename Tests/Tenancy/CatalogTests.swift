import Embedded
import Kernel
import Postgres
import TestSupport
import Testing

/// What the catalog says of every table, index, view, function and role, now and after every migration to come.
@Suite("Catalog")
struct CatalogTests {
    @Test("every table forces row-level security, has a policy and a tenant")
    func tables() async throws {
        try await TestDatabase.with(.migrated) { database in
            let admin = database.database(as: .superuser) { _ in }
            let tables = try await Catalog.tables(admin)
            #expect(tables.count >= 17)
            let unprotected = try await Catalog.unprotectedTables(admin)
            #expect(unprotected == [])
        }
    }

    @Test("every key and index begins with tenant_id, or says why not")
    func indexes() async throws {
        try await TestDatabase.with(.migrated) { database in
            let admin = database.database(as: .superuser) { _ in }
            let global = try await Catalog.globalIndexes(admin)
            #expect(global == [])
        }
    }

    @Test("every foreign key carries the tenant")
    func foreignKeys() async throws {
        try await TestDatabase.with(.migrated) { database in
            let admin = database.database(as: .superuser) { _ in }
            let loose = try await Catalog.foreignKeysWithoutTenant(admin)
            #expect(loose == [])
        }
    }

    @Test("no view lends its owner's rights, no function runs as its owner with a search path of the caller's")
    func viewsAndFunctions() async throws {
        try await TestDatabase.with(.migrated) { database in
            let admin = database.database(as: .superuser) { _ in }
            let views = try await Catalog.privilegedViews(admin)
            #expect(views == [])
            let functions = try await Catalog.privilegedFunctions(admin)
            #expect(functions == [])
        }
    }

    @Test("the API's and the worker's roles cannot bypass anything and own nothing")
    func roles() async throws {
        try await TestDatabase.with(.migrated) { database in
            let admin = database.database(as: .superuser) { _ in }
            let rows = try await admin.read(
                .untenanted,
                """
                SELECT rolname FROM pg_roles WHERE rolname LIKE 'specwright%'
                    AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication OR NOT rolcanlogin)
                """)
            #expect(rows.isEmpty)
            let owned = try await admin.read(
                .untenanted,
                """
                SELECT relname FROM pg_class WHERE relowner IN (
                    SELECT oid FROM pg_roles WHERE rolname IN ('specwright_api', 'specwright_worker', 'specwright_vault'))
                """)
            #expect(owned.isEmpty)
        }
    }

    @Test("the API can store a key and cannot read one back")
    func keysAreWriteOnly() async throws {
        try await TestDatabase.with(.migrated) { database in
            let tenant = TenantID.new()
            for column in ["ciphertext", "wrapped", "nonce", "signature", "*"] {
                await #expect(throws: PostgresError.self, "\(column)") {
                    try await database.api.read(
                        .tenant(tenant), "SELECT \(unsafeRaw: column) FROM provider_keys")
                }
            }
            let rows = try await database.api.read(.tenant(tenant), "SELECT last4 FROM provider_keys")
            #expect(rows.isEmpty)
        }
    }

    @Test("these checks find what they are there to find")
    func theChecksCanFail() async throws {
        try await TestDatabase.with(.migrated) { database in
            let admin = database.database(as: .superuser) { _ in }
            try await database.superuser.run(
                script: """
                    CREATE TABLE leaky (tenant_id uuid NOT NULL, id uuid PRIMARY KEY, email text UNIQUE);
                    CREATE VIEW every_feature AS SELECT * FROM features;
                    CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM features';
                    ALTER TABLE events NO FORCE ROW LEVEL SECURITY;
                    """)
            let unprotected = try await Catalog.unprotectedTables(admin)
            #expect(unprotected == ["events", "leaky"])
            let global = try await Catalog.globalIndexes(admin)
            #expect(global == ["leaky_email_key", "leaky_pkey"])
            let views = try await Catalog.privilegedViews(admin)
            #expect(views == ["every_feature"])
            let functions = try await Catalog.privilegedFunctions(admin)
            #expect(functions == ["peek"])
        }
    }
}

/// Questions to the catalog, each answered with the names of what is wrong.
enum Catalog {
    static func tables(_ database: Database) async throws -> [String] {
        try await names(
            database,
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')")
    }

    static func unprotectedTables(_ database: Database) async throws -> [String] {
        try await names(
            database,
            """
            SELECT c.relname FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                AND NOT (c.relrowsecurity AND c.relforcerowsecurity
                    AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)
                    AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id'
                        AND a.atttypid = 'uuid'::regtype AND a.attnotnull))
            """)
    }

    static func globalIndexes(_ database: Database) async throws -> [String] {
        try await names(
            database,
            """
            SELECT i.relname FROM pg_index x
            JOIN pg_class i ON i.oid = x.indexrelid
            JOIN pg_class t ON t.oid = x.indrelid AND t.relnamespace = 'public'::regnamespace
            LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]
            WHERE a.attname IS DISTINCT FROM 'tenant_id'
                AND (x.indisunique OR coalesce(obj_description(i.oid, 'pg_class'), '') NOT LIKE 'cross-tenant:%')
            """)
    }

    static func foreignKeysWithoutTenant(_ database: Database) async throws -> [String] {
        try await names(
            database,
            """
            SELECT k.conname FROM pg_constraint k
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
            JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
            WHERE k.contype = 'f' AND (a.attname <> 'tenant_id' OR b.attname <> 'tenant_id')
            """)
    }

    static func privilegedViews(_ database: Database) async throws -> [String] {
        try await names(
            database,
            """
            SELECT relname FROM pg_class WHERE relkind IN ('v', 'm')
                AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
                AND NOT coalesce(reloptions::text, '') LIKE '%security_invoker=true%'
            """)
    }

    static func privilegedFunctions(_ database: Database) async throws -> [String] {
        try await names(
            database,
            """
            SELECT proname FROM pg_proc WHERE prosecdef
                AND pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
                AND NOT coalesce(array_to_string(proconfig, ','), '') LIKE '%search_path=""%'
            """)
    }

    private static func names(_ database: Database, _ sql: SQL) async throws -> [String] {
        try await database.read(.untenanted, sql).map { try $0.get(0, as: String.self) }.sorted()
    }
}
