internal import Kernel
internal import ModelGateway
package import Postgres

/// Calls whose worker is gone: killed, or fenced off by another that took the job over.
extension Spending {
    /// Gives up calls that no lease has stood behind for `grace`, and books them as lost and uncounted.
    ///
    /// A worker that loses its lease ends its call and settles it by itself; the grace is the time that takes. What is
    /// settled later still is booked all the same, as an overrun.
    ///
    /// - Returns: how many were given up.
    package static func giveUpOrphans(after grace: Duration, in database: Database) async throws -> Int {
        let rows = try await database.read(
            .untenanted, "SELECT tenant_id, id FROM app.orphaned_reservations(500::integer)")
        var given = 0
        for row in rows {
            let tenant: TenantID = try row.get(0)
            let call: CallID = try row.get(1)
            try Task.checkCancellation()
            let isGivenUp = try await database.transaction(.tenant(tenant)) { tx in
                // The first look only starts the clock: nobody knows when the lease was lost.
                let seen = try await tx.query(
                    """
                    UPDATE reservations SET orphaned_at = coalesce(orphaned_at, now())
                    WHERE tenant_id = \(tenant) AND id = \(call) RETURNING orphaned_at <= now() - \(grace)
                    """)
                guard try seen.first?.get(0, as: Bool.self) == true else { return false }
                try await settle(
                    call, as: .failed, usage: .zero, cost: 0, isCounted: false, tenant: tenant, in: tx)
                return true
            }
            if isGivenUp {
                given += 1
                try await endWaits(tenant: tenant, in: database)
            }
        }
        return given
    }

    /// Wakes, in every tenant, what a freed or raised budget should have woken: whoever freed it may have died before
    /// it could.
    package static func endForgottenWaits(in database: Database) async throws -> Int {
        let rows = try await database.read(
            .untenanted, "SELECT tenant_id FROM app.tenants_waiting_for_budgets(500::integer)")
        var woken = 0
        for row in rows {
            try Task.checkCancellation()
            woken += try await endWaits(tenant: try row.get(0), in: database)
        }
        return woken
    }
}
