internal import Kernel

/// What callers hear when the database cannot serve them now. All of them may try again.
extension Problem {
    static let databaseUnreachable = Problem.unavailable("The database cannot be reached right now. Try again shortly.")
    static let databaseBusy = Problem.unavailable("The service is busy right now. Try again shortly.")
    static let databaseTimedOut = Problem.unavailable("This took longer than it may. Try again shortly.", retryAfter: 2)
    static let databaseClosed = Problem.unavailable("The service is shutting down. Try again shortly.")
    /// The database was not there or had no room: not the fault of what was asked of it, unlike what took too long.
    package var isDatabaseOutage: Bool {
        self == .databaseUnreachable || self == .databaseBusy || self == .databaseClosed
    }

    static let nulInText = Problem.badRequest("Text may not contain the NUL character.")
}

extension PostgresError {
    /// What leaves the database layer: transient trouble becomes a 503; anything else stays for the log.
    var outward: any Error {
        switch sqlState {
        case "57014", "55P03": Problem.databaseTimedOut
        case _ where isTransient: Problem.databaseUnreachable
        default: self
        }
    }
}
