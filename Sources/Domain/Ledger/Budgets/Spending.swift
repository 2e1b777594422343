package import Jobs
package import Kernel
package import ModelGateway
package import Postgres

package enum CallSubject {}
package typealias CallID = ID<CallSubject>

/// A model call about to be made, with the most it can cost.
package struct PlannedCall: Sendable {
    package let id = CallID.new()
    /// The feature's id, as text: the ledger needs no other capability.
    package let feature: String
    /// The run's turn that it is for, from 1.
    package let turn: Int
    package let agent: String
    package let provider: String
    package let model: String
    /// In micro-dollars.
    package let worstCase: Int64

    package init(feature: String, turn: Int, agent: String, provider: String, model: String, worstCase: Int64) {
        self.feature = feature
        self.turn = turn
        self.agent = agent
        self.provider = provider
        self.model = model
        self.worstCase = worstCase
    }
}

/// What a call was good for.
package enum CallKind: String, Sendable, CaseIterable {
    /// Its answer was kept.
    case productive
    /// Its answer broke off, or could not be kept.
    case failed
    /// Its answer was kept, and an earlier call for the same turn may have been billed without one: its worker died, or
    /// the answer broke off. The database decides this.
    case repeated
    /// Productive, for an opinion on what others made.
    case review
}

/// A budget that a call does not fit.
package struct Shortage: Sendable, Equatable {
    /// `month`, `feature` or `run`.
    package let scope: String
    /// All in micro-dollars.
    package let needed: Int64
    package let limit: Int64
    package let left: Int64
    /// When the budget starts anew by itself.
    package let until: Timestamp?

    init(_ row: Row, from column: Int, needed: Int64) throws {
        self.needed = needed
        scope = try row.get(column)
        limit = try row.get(column + 1)
        left = try row.get(column + 2)
        until = try row.get(column + 3)
    }
}

/// Money before and after model calls: `spent + reserved` of no budget ever passes its limit, whatever is concurrent.
///
/// The rules are functions of the database (`sql/migrations/0007_money.sql`), so that a reservation is one statement, one
/// transaction and one round trip. The tenant's counter of the month is locked first by everything that touches budgets.
package enum Spending {
    /// Reserves the call's worst case.
    ///
    /// - Returns: the budget that is short, or `nil` when the call may be made.
    /// - Throws: `LeaseLost` when the job is somebody else's by now.
    package static func reserve(_ call: PlannedCall, _ lease: Lease, in database: Database) async throws -> Shortage? {
        let rows = try await database.write(
            .tenant(lease.tenant),
            """
            SELECT outcome, scope, most, available, until FROM app.reserve_call(\(call.id), \(lease.job), \(lease.token),
                \(call.feature)::uuid, \(call.turn)::integer, \(call.agent), \(call.provider), \(call.model),
                \(call.worstCase))
            """)
        switch try rows[0].get(0, as: String.self) {
        case "reserved": return nil
        case "refused": return try Shortage(rows[0], from: 1, needed: call.worstCase)
        default: throw LeaseLost(job: lease.job)
        }
    }

    /// What settling a call has brought to light.
    package struct Settled: Sendable {
        /// The call cost more than was reserved for it, or its reservation had been given up.
        package let isOverrun: Bool
        /// Steps wait for a budget; `endWaits` finds those that need not any more.
        package let hasWaiting: Bool
        /// The budgets of which 80 % are spent now, as events tell it.
        package let warnings: [JSON]
    }

    /// Settles a call: gives back what was reserved, books the cost and writes it into the ledger and the run.
    ///
    /// - Parameters:
    ///   - model: the one that answered, if it is not the one planned.
    ///   - isCounted: false when the provider had not said what it counted before the call was lost.
    /// - Returns: `nil` when it has been settled before.
    @discardableResult
    package static func settle(
        _ call: CallID, as kind: CallKind, usage: Usage, cost: Int64, isCounted: Bool, provider: String? = nil,
        model: String? = nil, tenant: TenantID, in tx: Transaction
    ) async throws -> Settled? {
        let rows = try await tx.query(
            """
            SELECT amount, is_late, has_waiting, warnings FROM app.settle_call(\(call), \(kind.rawValue), \(provider),
                \(model), \(usage.input), \(usage.output), \(usage.cacheRead), \(usage.cacheWrite), \(cost), \(isCounted))
            """)
        guard let row = rows.first else { return nil }
        let reserved: Int64 = try row.get(0)
        return Settled(
            isOverrun: try row.get(1) || cost > reserved, hasWaiting: try row.get(2),
            warnings: try row.get(3, as: JSON.self).array ?? [])
    }
}
