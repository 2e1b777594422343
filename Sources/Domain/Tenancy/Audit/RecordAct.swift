package import HTTPServer
package import Kernel
package import Postgres

extension Request {
    /// Writes down what the caller does, in the transaction that does it: both happen or neither.
    ///
    /// It is told to the tenant that the transaction acts in.
    ///
    /// - Parameters:
    ///   - object: what it is done to, as an id or a short name.
    ///   - detail: what one would want to know afterwards; never a secret, never a whole text.
    package func record(
        _ action: AuditAction, on object: String? = nil, _ detail: JSONObject = [:], in tx: Transaction
    ) async throws {
        try await AuditLog.append(
            action, on: object, detail, by: try principal, request: id, network: AuditLog.network(of: remoteAddress),
            in: tx)
    }

    /// The same for what changes nothing, such as a download: before it begins.
    package func record(
        _ action: AuditAction, on object: String? = nil, _ detail: JSONObject = [:], in database: Database
    ) async throws {
        try await database.transaction(Scope(try principal)) { tx in
            try await record(action, on: object, detail, in: tx)
        }
    }
}

/// Where acts are written down. Nobody but a tenant's purge takes anything away.
enum AuditLog {
    static func append(
        _ action: AuditAction, on object: String?, _ detail: JSONObject, by principal: Principal, request: RequestID?,
        network: String?, in tx: Transaction
    ) async throws {
        try await tx.execute(
            """
            INSERT INTO audit_log (tenant_id, id, user_id, token_id, action, object, detail, request_id, network)
            VALUES ((SELECT app.tenant()), \(AuditEntryID.new()), \(principal.user), \(principal.token?.id),
                \(action.rawValue), \(object), \(JSON.object(detail)), \(request), \(network))
            """)
    }

    /// The peer's network, which says where from and not quite who: /24 of IPv4, /48 of IPv6. Behind a proxy it is the
    /// proxy's.
    static func network(of address: String) -> String? {
        let numbers = address.split(separator: ".", omittingEmptySubsequences: false)
        if numbers.count == 4, !address.contains(":") { return numbers.prefix(3).joined(separator: ".") + ".0/24" }
        let groups = address.split(separator: ":", omittingEmptySubsequences: false)
        guard groups.count >= 3 else { return nil }
        let leading = groups.prefix(3).prefix { !$0.isEmpty }
        return leading.isEmpty ? "::/48" : leading.joined(separator: ":") + "::/48"
    }
}

enum AuditEntrySubject {}
typealias AuditEntryID = ID<AuditEntrySubject>
