package import Postgres

extension Sweep {
    /// A bucket of permits that nobody has used for an hour is full, which is what one that is not there is.
    package static func rateBuckets(_ database: Database) -> Sweep {
        Sweep(name: "rate_buckets", interval: .seconds(900)) {
            try await forget(in: database) { "SELECT app.forget_rate_buckets(\($0)::integer)" }
        }
    }
}
