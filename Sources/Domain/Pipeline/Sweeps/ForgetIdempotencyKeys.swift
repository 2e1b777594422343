package import Postgres

extension Sweep {
    /// Answers kept for an Idempotency-Key are kept for a day.
    package static func idempotencyKeys(_ database: Database) -> Sweep {
        Sweep(name: "idempotency_keys", interval: .seconds(900)) {
            var forgotten = 0
            while true {
                try Task.checkCancellation()
                let rows = try await database.write(
                    .untenanted, "SELECT app.forget_idempotency_keys(\(Self.batch)::integer)")
                let count: Int = try rows[0].get(0)
                forgotten += count
                if count < Self.batch { return forgotten }
            }
        }
    }

    private static let batch = 5_000
}
