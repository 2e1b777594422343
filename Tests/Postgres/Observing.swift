import Postgres
import TestSupport
import Testing

/// Expects PostgreSQL to refuse with this SQLSTATE.
func expectFailure<Result>(
    _ sqlState: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Result
) async {
    do {
        _ = try await body()
        Issue.record("expected \(sqlState)", sourceLocation: sourceLocation)
    } catch {
        #expect((error as? PostgresError)?.sqlState == sqlState, "\(error)", sourceLocation: sourceLocation)
    }
}

/// How many statements like `pattern` the server is executing for this database's clients.
func running(_ database: TestDatabase, _ pattern: String) async throws -> Int {
    let name = database.name
    return try await database.superuser.query(
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = \(name) AND state = 'active' AND query LIKE \(pattern) AND pid <> pg_backend_pid()
        """)[0].get(0)
}
