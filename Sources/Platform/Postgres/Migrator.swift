package import Kernel

/// Brings a database's schema up to date from `NNNN_name.sql` files, as the role that owns it.
///
/// Each file is one transaction. What ran is recorded with its SHA-256, and an edited, missing or out-of-order file is
/// refused before anything runs. An advisory lock makes concurrent runs wait for each other.
package struct Migrator: Sendable {
    private let conninfo: Redacted<String>
    private let folder: String

    package init(owner conninfo: Redacted<String>, folder: String) {
        self.conninfo = conninfo
        self.folder = folder
    }

    /// - Returns: the names of the files that ran, in order; none when the schema was up to date.
    /// - Throws: `MigrationError`, `AdminFailure`.
    package func run() async throws -> [String] {
        let files = try MigrationFile.read(from: folder)
        let connection = try await AdminConnection.open(conninfo)
        return try await connection.onHelperThread { try Self.migrate($0, files) }
    }

    private static func migrate(_ connection: AdminConnection, _ files: [MigrationFile]) throws -> [String] {
        // Held by the session, so it goes when the connection does, whatever happens.
        _ = try connection.queryBlocking("SELECT pg_advisory_lock(\(lockKey))")
        try connection.runBlocking(
            script: """
                CREATE SCHEMA IF NOT EXISTS migrations;
                CREATE TABLE IF NOT EXISTS migrations.schema_migrations (
                    number integer PRIMARY KEY,
                    name text NOT NULL,
                    sha256 text NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now()
                );
                """)
        let applied = try connection.queryBlocking(
            "SELECT number, name, sha256 FROM migrations.schema_migrations ORDER BY number")
        let plan = try MigrationPlan(
            files: files.map { file in
                // The server's own sha256(): no cryptography of ours is needed here.
                let rows = try connection.queryBlocking("SELECT encode(sha256(\(Array(file.text.utf8))), 'hex')")
                return .init(number: file.number, name: file.name, checksum: try rows[0].get(0))
            },
            applied: applied.map { .init(number: try $0.get(0), name: try $0.get(1), checksum: try $0.get(2)) })
        for entry in plan.pending { try apply(entry, files[entry.number - 1].text, on: connection) }
        return plan.pending.map(\.name)
    }

    private static func apply(_ entry: MigrationPlan.Entry, _ text: String, on connection: AdminConnection) throws {
        do {
            // A migration that waits for a lock makes everybody behind it wait, too.
            try connection.runBlocking(script: "BEGIN; SET LOCAL lock_timeout = '10s'")
            try connection.runBlocking(script: text)
            guard connection.isInTransaction else {
                throw MigrationError(file: entry.name, reason: "it must not hold COMMIT or ROLLBACK")
            }
            _ = try connection.queryBlocking(
                """
                INSERT INTO migrations.schema_migrations (number, name, sha256)
                VALUES (\(entry.number), \(entry.name), \(entry.checksum))
                """)
            try connection.runBlocking(script: "COMMIT")
        } catch let error as PostgresError {
            let line = error.position.map { position in
                " (line \(text.unicodeScalars.prefix(position - 1).count { $0 == "\n" } + 1))"
            }
            // The text is ours and holds no secrets, and whoever runs it needs the server's words.
            throw MigrationError(file: entry.name, reason: error.message + (line ?? ""))
        }
    }

    /// Any number will do, as long as nobody else locks it: "specwrit" in ASCII.
    private static let lockKey: Int64 = 0x7370_6563_7772_6974
}
