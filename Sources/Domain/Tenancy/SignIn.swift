package import HTTPServer
package import Kernel
package import Postgres

/// Makes a person's profile and personal tenant on first sight of (issuer, subject); harmless when they exist.
package struct SignIn: Sendable {
    private let database: Database

    package init(database: Database) { self.database = database }

    /// - Throws: whatever the database throws; signing in twice at once is fine.
    package func ensure(_ identity: UserIdentity, user: UserID, from request: Request) async throws {
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
            // Once a day: who was there when, and not how often.
            let today = try await tx.query(
                "SELECT 1 FROM profiles WHERE tenant_id = \(tenant) AND last_seen_at > now() - interval '1 day'")
            if today.isEmpty {
                try await AuditLog.append(
                    .signedIn, on: nil, ["issuer": .string(identity.issuer)],
                    by: Principal(user: user, tenant: tenant, role: .owner), request: request.id,
                    network: AuditLog.network(of: request.remoteAddress), in: tx)
            }
            _ = try await tx.execute(
                """
                INSERT INTO profiles (tenant_id, user_id, issuer, subject, email, email_verified, name)
                VALUES (\(tenant), \(user), \(identity.issuer), \(identity.subject), \(identity.email),
                    \(identity.emailIsVerified), \(identity.name))
                ON CONFLICT (tenant_id) DO UPDATE
                SET email = excluded.email, email_verified = excluded.email_verified, name = excluded.name,
                    last_seen_at = now()
                """)
        }
    }

    /// The person's role in `tenant`, or `nil` when they are not a member (or there is no such tenant).
    ///
    /// - Parameter evenDeleted: whether the owners of a tenant that is deleted, and not for good yet, count as members.
    package func role(of user: UserID, in tenant: TenantID, evenDeleted: Bool = false) async throws -> Role? {
        let rows = try await database.read(
            .tenant(tenant, user: user),
            """
            SELECT m.role FROM memberships m JOIN tenants t USING (tenant_id)
            WHERE m.tenant_id = \(tenant) AND m.user_id = \(user)
                AND (t.deleted_at IS NULL OR (\(evenDeleted) AND m.role = 'owner' AND t.purge_after > now()))
            """)
        return try rows.first.flatMap { Role(rawValue: try $0.get(0, as: String.self)) }
    }
}
