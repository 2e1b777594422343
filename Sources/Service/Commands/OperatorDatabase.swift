internal import EventLoop
internal import Postgres

/// The database as an operator's command has it: one loop, the role that it is told to log in as, closed at the end.
enum OperatorDatabase {
    /// - Parameters:
    ///   - role: whom `SPECWRIGHT_DATABASE_URL` must log in as.
    ///   - command: the subcommand's name, for the server's list of connections.
    static func with(role: String, command: String, _ body: (Database) async throws -> Void) async throws {
        var settings = Settings.process()
        let url = settings.required(
            "SPECWRIGHT_DATABASE_URL", "a libpq connection string that logs in as \(role)")
        try settings.check()
        var configuration = DatabaseConfiguration(conninfo: url)
        configuration.applicationName = "specwright-\(command)"
        let database = Database(configuration: configuration, loops: EventLoopGroup(count: 1))
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(database))
        } catch {
            outcome = .failure(error)
        }
        await database.close()
        try outcome.get()
    }
}
