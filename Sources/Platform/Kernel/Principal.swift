/// Whom a request acts for: a user, in one tenant, with a role there.
package struct Principal: Hashable, Sendable {
    package let user: UserID
    package let tenant: TenantID
    package let role: Role

    package init(user: UserID, tenant: TenantID, role: Role) {
        self.user = user
        self.tenant = tenant
        self.role = role
    }
}

/// What a member may do in a tenant; each role may do what the ones below it may.
package enum Role: String, Sendable, CaseIterable, Comparable {
    case viewer, builder, admin, owner

    package static func < (left: Role, right: Role) -> Bool {
        allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
    }
}
