package import Kernel
package import Postgres

/// What other capabilities do when somebody leaves a team or it is deleted, in the transaction that does it. That acts in
/// the team by then.
package struct TeamHooks: Sendable {
    /// What is the member's own in this tenant goes.
    package let memberGone:
        @Sendable (_ member: UserID, _ team: TenantID, _ by: UserID, Transaction) async throws -> Void
    /// Work that is under way is put off: nobody would see what it costs.
    package let teamDeleted: @Sendable (TenantID, Transaction) async throws -> Void
    /// What lies outside the database goes too, once everything in it has gone.
    package let purged: @Sendable (TenantID, Transaction) async throws -> Void

    package init(
        memberGone: @escaping @Sendable (UserID, TenantID, UserID, Transaction) async throws -> Void,
        teamDeleted: @escaping @Sendable (TenantID, Transaction) async throws -> Void,
        purged: @escaping @Sendable (TenantID, Transaction) async throws -> Void
    ) {
        self.memberGone = memberGone
        self.teamDeleted = teamDeleted
        self.purged = purged
    }
}
