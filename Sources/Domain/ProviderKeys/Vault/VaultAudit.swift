package import Jobs
package import Kernel
package import Postgres
package import Vault

/// Writes a tenant's audit chain, in the transaction that does what is told: both happen or neither.
package enum VaultAudit {
    /// What is told of one key.
    package struct Event: Sendable {
        let action: AuditAction
        let secretID: SecretID
        let version: Int
        let kekID: String
        let recordDigest: [UInt8]
        let detail: String

        package init(_ action: AuditAction, _ identity: SecretIdentity, _ sealed: SealedSecret, detail: String = "") {
            self.action = action
            secretID = identity.secretID
            version = identity.version
            kekID = sealed.kekID.text
            recordDigest = sealed.digest
            self.detail = detail
        }

        /// The API cannot read the record that it removes, and need not.
        static func deletion(of id: SecretID, version: Int) -> Event {
            Event(action: .delete, secretID: id, version: version, kekID: "", recordDigest: [], detail: "")
        }

        private init(
            action: AuditAction, secretID: SecretID, version: Int, kekID: String, recordDigest: [UInt8], detail: String
        ) {
            self.action = action
            self.secretID = secretID
            self.version = version
            self.kekID = kekID
            self.recordDigest = recordDigest
            self.detail = detail
        }
    }

    /// Who or what had it done.
    package enum Cause: Sendable {
        case user(UserID)
        case job(JobID)
        /// An operator's command.
        case command

        var id: ID<CauseSubject>? {
            switch self {
            case .user(let user): ID(high: user.high, low: user.low)
            case .job(let job): ID(high: job.high, low: job.low)
            case .command: nil
            }
        }
    }

    /// Adds entries to the chain. The caller holds the locks of the keys' rows already: every transaction takes those
    /// first and the chain's head last, so none waits for another in a circle.
    package static func append(
        _ events: [Event], cause: Cause, by signer: AuditSigner, tenant: TenantID, in tx: Transaction
    ) async throws {
        guard !events.isEmpty else { return }
        let head = try await lockHead(tenant, in: tx)
        var (sequence, hash) = (head.sequence, head.hash)
        var rows: [SQL] = []
        for event in events {
            let entry = AuditEntry(
                tenant: tenant, sequence: sequence + 1, action: event.action, secretID: event.secretID,
                version: event.version, kekID: event.kekID, recordDigest: event.recordDigest,
                cause: cause.id?.bytes ?? [], detail: event.detail, at: head.now, signer: signer.name)
            sequence += 1
            hash = entry.hash(after: hash)
            rows.append(
                """
                (\(tenant), \(sequence), \(event.action.rawValue), \(event.secretID), \(event.version)::integer, \
                \(event.kekID), \(event.recordDigest), \(cause.id), \(event.detail), \(head.now), \(signer.name), \
                \(hash), \(signer.sign(hash)))
                """)
        }
        try await tx.execute(
            """
            WITH entries AS (
                INSERT INTO vault_audit (tenant_id, sequence, action, key_id, key_version, kek_id, record_digest, cause,
                    detail, at, signer, hash, signature)
                VALUES \(rows.joined(separator: ", "))
            )
            UPDATE vault_audit_heads SET sequence = \(sequence), hash = \(hash) WHERE tenant_id = \(tenant)
            """)
    }

    private static func lockHead(
        _ tenant: TenantID, in tx: Transaction
    ) async throws -> (sequence: Int64, hash: [UInt8], now: Timestamp) {
        for _ in 0..<2 {
            let rows = try await tx.query(
                """
                SELECT sequence, hash, clock_timestamp() FROM vault_audit_heads WHERE tenant_id = \(tenant) FOR UPDATE
                """)
            if let row = rows.first { return (try row.get(0), try row.get(1), try row.get(2)) }
            try await tx.execute(
                """
                INSERT INTO vault_audit_heads (tenant_id, sequence, hash) VALUES (\(tenant), 0, ''::bytea)
                ON CONFLICT DO NOTHING
                """)
        }
        throw NoAuditHead()
    }
}

package enum CauseSubject {}

/// The head of a tenant's chain can neither be found nor made.
struct NoAuditHead: Error {}
