import Glibc
import Postgres
import TestSupport
import Testing

@Suite struct MigratorTests {
    @Test func runsEachFileOnce() async throws {
        try await withFolder { folder, database in
            try folder.write("0001_things.sql", "CREATE TABLE things (id int); INSERT INTO things VALUES (1);")
            try folder.write("README.md", "not a migration")
            let migrator = Migrator(owner: database.conninfo(.owner), folder: folder.path)
            #expect(try await migrator.run() == ["0001_things.sql"])
            #expect(try await migrator.run() == [])
            try folder.write("0002_more.sql", "INSERT INTO things VALUES (2)")
            #expect(try await migrator.run() == ["0002_more.sql"])
            let count: Int = try await database.superuser.query("SELECT count(*) FROM things")[0].get(0)
            #expect(count == 2)
        }
    }

    @Test func refusesAnEditedFile() async throws {
        try await withFolder { folder, database in
            try folder.write("0001_things.sql", "CREATE TABLE things (id int)")
            let migrator = Migrator(owner: database.conninfo(.owner), folder: folder.path)
            _ = try await migrator.run()
            try folder.write("0001_things.sql", "CREATE TABLE things (id int) ")
            try folder.write("0002_more.sql", "CREATE TABLE more (id int)")
            await #expect { try await migrator.run() } throws: {
                "\($0)".hasPrefix("0001_things.sql: the file was edited")
            }
            let more = try await database.superuser.query("SELECT to_regclass('more') IS NULL")[0].get(0, as: Bool.self)
            #expect(more, "nothing runs after a refusal")
        }
    }

    @Test func keepsNothingOfAFailedFileAndSaysWhere() async throws {
        try await withFolder { folder, database in
            try folder.write("0001_good.sql", "CREATE TABLE good (id int)")
            try folder.write(
                "0002_bad.sql", "CREATE TABLE half (id int);\nINSERT INTO half VALUES (1);\nSELECT nonsense;\n")
            let migrator = Migrator(owner: database.conninfo(.owner), folder: folder.path)
            await #expect { try await migrator.run() } throws: { error in
                "\(error)" == "0002_bad.sql: column \"nonsense\" does not exist (line 3)"
            }
            let row = try await database.superuser.query(
                "SELECT to_regclass('good') IS NOT NULL, to_regclass('half') IS NULL, (SELECT count(*) FROM migrations.schema_migrations)"
            )[0]
            #expect(try row.get(0, as: Bool.self))
            #expect(try row.get(1, as: Bool.self))
            #expect(try row.get(2) == 1)
            try folder.write("0002_bad.sql", "CREATE TABLE half (id int)")
            #expect(try await migrator.run() == ["0002_bad.sql"])
        }
    }

    @Test func refusesAFileThatEndsItsTransaction() async throws {
        try await withFolder { folder, database in
            try folder.write("0001_bad.sql", "CREATE TABLE things (id int); COMMIT")
            let migrator = Migrator(owner: database.conninfo(.owner), folder: folder.path)
            await #expect { try await migrator.run() } throws: { "\($0)".contains("must not hold COMMIT") }
        }
    }

    @Test func concurrentRunsWaitForEachOther() async throws {
        try await withFolder { folder, database in
            for number in 1...5 {
                try folder.write("000\(number)_t.sql", "SELECT pg_sleep(0.02); CREATE TABLE t\(number) (id int)")
            }
            let migrator = Migrator(owner: database.conninfo(.owner), folder: folder.path)
            let ran = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<4 { group.addTask { try await migrator.run() } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(ran.sorted() == (1...5).map { "000\($0)_t.sql" })
        }
    }

    @Test func hidesItsTableFromTheServingRoles() async throws {
        try await TestDatabase.with { database in
            await expectFailure("42501") {
                try await database.api.read(.untenanted, "SELECT * FROM migrations.schema_migrations")
            }
        }
    }

    @Test func saysWhenTheFolderIsNotThere() async throws {
        try await TestDatabase.with(.bare) { database in
            let migrator = Migrator(owner: database.conninfo(.owner), folder: "/nonexistent")
            await #expect(throws: MigrationError.self) { try await migrator.run() }
        }
    }

    private struct Folder: Sendable {
        let path: String

        func write(_ name: String, _ text: String) throws {
            let file = try #require(fopen("\(path)/\(name)", "w"))
            fputs(text, file)
            fclose(file)
        }
    }

    private func withFolder(_ body: @Sendable (Folder, TestDatabase) async throws -> Void) async throws {
        try await TestDatabase.with(.bare) { database in
            var name = Array("\(database.cluster.folder)/migrations-XXXXXX".utf8CString)
            try #require(mkdtemp(&name) != nil)
            let path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
            try await body(Folder(path: path), database)
        }
    }
}
