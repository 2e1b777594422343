internal import Kernel
internal import Postgres
internal import Synchronization

/// Whether this process should be sent requests: not while it drains, and not without its database.
final class Readiness: Sendable {
    private let database: Database
    private let isDraining = Mutex(false)

    init(database: Database) { self.database = database }

    func startDraining() { isDraining.withLock { $0 = true } }

    func check() async throws {
        if isDraining.withLock({ $0 }) { throw Problem.unavailable("This process is shutting down.") }
        do {
            _ = try await database.read(.untenanted, "SELECT 1")
        } catch {
            throw Problem.unavailable("The database cannot be reached right now.")
        }
    }
}
