package import Kernel

/// What callers hear when the database cannot serve them now. All of them may try again.
extension Problem {
    static let databaseUnreachable = Problem.unavailable("The database cannot be reached right now. Try again shortly.")
    /// A deadlock, which PostgreSQL has broken by undoing one side whole: it can be done again at once.
    package static let databaseConflict = Problem.unavailable(
        "Somebody else was changing the same at the same time. Try again shortly.")
    static let databaseBusy = Problem.unavailable("The service is busy right now. Try again shortly.")
    static let databaseTimedOut = Problem.unavailable("This took longer than it may. Try again shortly.", retryAfter: 2)
    static let databaseClosed = Problem.unavailable("The service is shutting down. Try again shortly.")
    /// The database was not there or had no room: not the fault of what was asked of it, unlike what took too long.
    package var isDatabaseOutage: Bool {
        self == .databaseUnreachable || self == .databaseBusy || self == .databaseClosed || self == .databaseConflict
    }

    static let nulInText = Problem.badRequest("Text may not contain the NUL character.")
}

/// Tries again, from a quarter of a second to five seconds apart, while the database is away.
///
/// - Parameter mayGoOn: asked after each outage, with how many there have been.
package func throughOutages<Result>(
    while mayGoOn: (Int) -> Bool, _ body: () async throws -> Result
) async throws -> Result {
    let backoff = Backoff(base: .milliseconds(250), cap: .seconds(5))
    var outages = 0
    while true {
        do {
            return try await body()
        } catch let problem as Problem where problem.isDatabaseOutage {
            outages += 1
            guard mayGoOn(outages) else { throw problem }
            try await Task.sleep(for: backoff.delay(after: outages))
        }
    }
}

extension PostgresError {
    /// What leaves the database layer: transient trouble becomes a 503; anything else stays for the log.
    var outward: any Error {
        switch sqlState {
        case "57014", "55P03": Problem.databaseTimedOut
        case "40001", "40P01": Problem.databaseConflict
        case _ where isTransient: Problem.databaseUnreachable
        default: self
        }
    }
}
