package import Kernel

/// Where the database is, and how much of it one process may use. Counts are per event loop.
package struct DatabaseConfiguration: Sendable {
    /// A libpq connection string or `postgresql://` URL; it may hold a password, so it never reaches a log or an error.
    package var conninfo: Redacted<String>
    /// Shown in `pg_stat_activity`, followed by the lane.
    package var applicationName = "specwright"
    package var readConnectionsPerLoop = 2
    /// Requests in flight on one connection of the read lane.
    package var readsInFlight = 16
    package var transactionConnectionsPerLoop = 4
    /// Callers that may wait for a connection, in each lane; the next one is turned away at once.
    package var waitingLimit = 1_024
    /// How long a caller waits for a connection before it is turned away.
    package var acquireTimeout: Duration = .seconds(5)
    package var connectTimeout: Duration = .seconds(5)
    package var statementTimeout: Duration = .seconds(10)
    package var lockTimeout: Duration = .seconds(5)
    package var idleInTransactionTimeout: Duration = .seconds(30)
    /// Prepared statements kept on each connection; the least recently used one goes.
    package var statementCacheLimit = 256

    package init(conninfo: String) { self.conninfo = Redacted(conninfo) }
}

extension Duration {
    /// Whole milliseconds, rounded up, at least 1: PostgreSQL takes 0 for "no limit".
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return max(1, seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
