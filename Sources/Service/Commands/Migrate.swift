internal import Kernel
internal import Postgres

/// `specwright migrate`: brings the schema up to date as the owner role, which nothing else uses.
struct Migrate {
    func run() async throws {
        var settings = Settings.process()
        let url = settings.required(
            "SPECWRIGHT_OWNER_DATABASE_URL", "a libpq connection string that logs in as specwright_owner")
        let folder = settings.optional("SPECWRIGHT_MIGRATIONS") ?? "sql/migrations"
        try settings.check()
        let applied = try await Migrator(owner: Redacted(url), folder: folder).run()
        Terminal.say(applied.isEmpty ? "The schema is up to date." : "Applied: " + applied.joined(separator: ", "))
    }
}
