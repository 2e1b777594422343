package import Postgres

extension Sweep {
    /// Answers kept for an Idempotency-Key are kept for a day.
    package static func idempotencyKeys(_ database: Database) -> Sweep {
        Sweep(name: "idempotency_keys", interval: .seconds(900)) {
            try await forget(in: database) { "SELECT app.forget_idempotency_keys(\($0)::integer)" }
        }
    }

    /// - Parameter some: forgets as many as it is told, and tells how many there were.
    static func forget(in database: Database, _ some: (Int) -> SQL) async throws -> Int {
        var forgotten = 0
        while true {
            try Task.checkCancellation()
            let rows = try await database.write(.untenanted, some(batch))
            let count: Int = try rows[0].get(0)
            forgotten += count
            if count < batch { return forgotten }
        }
    }

    private static let batch = 5_000
}
