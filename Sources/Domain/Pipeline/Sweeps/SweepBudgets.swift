internal import Ledger
package import Postgres

extension Sweep {
    /// Reservations of calls whose worker is gone go back to their budgets.
    ///
    /// - Parameter grace: how long no lease has stood behind a call; a worker that lost its lease settles sooner.
    package static func orphanedCalls(_ database: Database, grace: Duration = .seconds(60)) -> Sweep {
        Sweep(name: "orphaned_calls", interval: .seconds(20)) {
            try await Spending.giveUpOrphans(after: grace, in: database)
        }
    }

    /// Steps that wait for a budget that has room for them go on.
    package static func budgetWaits(_ database: Database) -> Sweep {
        Sweep(name: "budget_waits", interval: .seconds(30)) { try await Spending.endForgottenWaits(in: database) }
    }
}
