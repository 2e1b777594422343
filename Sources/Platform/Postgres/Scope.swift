package import Kernel

/// On whose behalf statements run: what row-level security will see as `app.tenant_id` and `app.user_id`.
///
/// Every entrance to the database takes one, so that no query runs without having said whose it is.
package struct Scope: Sendable, Hashable {
    package let tenant: TenantID?
    package let user: UserID?

    private init(tenant: TenantID?, user: UserID?) {
        self.tenant = tenant
        self.user = user
    }

    package init(_ principal: Principal) { self.init(tenant: principal.tenant, user: principal.user) }

    package static func tenant(_ tenant: TenantID, user: UserID? = nil) -> Scope { Scope(tenant: tenant, user: user) }

    /// A signed-in person whose tenant is not known yet: sees only what policies grant by user.
    package static func user(_ user: UserID) -> Scope { Scope(tenant: nil, user: user) }

    /// Both settings empty: sees nothing but what policies allow a role without a tenant.
    package static let untenanted = Scope(tenant: nil, user: nil)
}
