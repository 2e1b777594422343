/// Whom a request acts for: a user, in one tenant, with a role there.
package struct Principal: Hashable, Sendable {
    package let user: UserID
    package let tenant: TenantID
    package let role: Role
    /// The API token that the request came with; `nil` for somebody who signed in.
    package let token: APITokenGrant?

    package init(user: UserID, tenant: TenantID, role: Role, token: APITokenGrant? = nil) {
        self.user = user
        self.tenant = tenant
        self.role = role
        self.token = token
    }
}

/// What a member may do in a tenant; each role may do what the ones below it may.
package enum Role: String, Sendable, CaseIterable, Comparable {
    case viewer, builder, admin, owner

    package static func < (left: Role, right: Role) -> Bool {
        allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
    }
}

/// What an API token lets its bearer do, as far as its maker's role reaches.
package struct APITokenGrant: Hashable, Sendable {
    package let id: APITokenID
    package let scopes: Set<TokenScope>
    /// `nil` lasts until it is revoked.
    package let expires: Timestamp?

    package init(id: APITokenID, scopes: Set<TokenScope>, expires: Timestamp?) {
        self.id = id
        self.scopes = scopes
        self.expires = expires
    }
}

/// A part of the API that a token can be made for. They do not include each other.
package enum TokenScope: String, Sendable, CaseIterable {
    case read, build, approve, keys, admin
}

package enum APITokenSubject {}
package typealias APITokenID = ID<APITokenSubject>
