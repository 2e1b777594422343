package import Kernel
package import Postgres

/// Makes a person's profile and personal tenant on first sight of (issuer, subject); harmless when they exist.
package struct SignIn: Sendable {
    private let database: Database

    package init(database: Database) { self.database = database }

    /// - Throws: whatever the database throws; signing in twice at once is fine.
    package func ensure(_ identity: UserIdentity, user: UserID) async throws {
        let tenant = TenantID.personal(of: user)
        let displayName = identity.name ?? identity.email ?? "Personal"
        let name = String(displayName.unicodeScalars.prefix(200).map(Character.init))
        try await database.transaction(.tenant(tenant, user: user)) { tx in
            _ = try await tx.execute(
                """
                INSERT INTO tenants (tenant_id, kind, name) VALUES (\(tenant), 'personal', \(name.isEmpty ? "Personal" : name))
                ON CONFLICT DO NOTHING
                """)
            _ = try await tx.execute(
                """
                INSERT INTO memberships (tenant_id, user_id, role) VALUES (\(tenant), \(user), 'owner')
                ON CONFLICT DO NOTHING
                """)
            _ = try await tx.execute(
                """
                INSERT INTO profiles (tenant_id, user_id, issuer, subject, email, name)
                VALUES (\(tenant), \(user), \(identity.issuer), \(identity.subject), \(identity.email), \(identity.name))
                ON CONFLICT (tenant_id) DO UPDATE
                SET email = excluded.email, name = excluded.name, last_seen_at = now()
                """)
        }
    }

    /// The person's role in `tenant`, or `nil` when they are not a member (or there is no such tenant).
    package func role(of user: UserID, in tenant: TenantID) async throws -> Role? {
        let rows = try await database.read(
            .tenant(tenant, user: user),
            "SELECT role FROM memberships WHERE tenant_id = \(tenant) AND user_id = \(user)")
        return try rows.first.flatMap { Role(rawValue: try $0.get(0, as: String.self)) }
    }
}
