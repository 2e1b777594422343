internal import Kernel
internal import Postgres

/// Which of a tenant's keys a step may take, and which it takes first.
enum KeyOrder {
    /// Keys that work, of the team or of the person who created the feature.
    static func usable<Feature>(for feature: ID<Feature>, tenant: TenantID) -> SQL {
        """
        status IN ('active', 'throttled') AND (owner_id IS NULL OR owner_id = (
            SELECT f.created_by FROM features f WHERE f.tenant_id = \(tenant) AND f.id = \(feature)))
        """
    }

    /// One that is throttled only when there is no other; then the person's own before the team's, its default before the
    /// rest, and the newest.
    static let first: SQL =
        "(status = 'throttled' AND status_until > now()), (owner_id IS NULL), is_default DESC, id DESC"
}
