package import Kernel
package import Postgres
package import Vault

/// Follows every tenant's chain to its end and holds the stored keys against it. Changes nothing.
package struct AuditVerification: Sendable {
    /// Where a chain was found to end: what a later verification must find again.
    package struct Head: Sendable, Equatable {
        package let sequence: Int64
        package let hash: [UInt8]

        package init(sequence: Int64, hash: [UInt8]) {
            self.sequence = sequence
            self.hash = hash
        }
    }

    package struct Findings: Sendable, Equatable {
        package var entries: Int64 = 0
        package var keys = 0
        package var faults: [AuditFault] = []
        /// Keys of which the chain has no sealing: entered before there was an audit, or what was cut off.
        package var unsealed = 0
        package var heads: [TenantID: Head] = [:]
    }

    private let database: Database
    private let trust: AuditTrust
    private let rewrapper: Rewrapper
    private static let entriesPerPage = 2_000
    private static let tenantsPerPage = 500

    package init(database: Database, trust: AuditTrust, rewrapper: Rewrapper) {
        self.database = database
        self.trust = trust
        self.rewrapper = rewrapper
    }

    /// - Parameter anchors: heads found earlier, kept where nobody with database access can change them. Without them a
    ///   chain whose end was cut off, together with the keys it tells of, looks whole.
    package func run(anchors: [TenantID: Head] = [:]) async throws -> Findings {
        var findings = Findings()
        var open = anchors
        var last: TenantID?
        while true {
            let tenants: [TenantID] = try await database.read(
                .untenanted, "SELECT tenant_id FROM app.tenants_after(\(last), \(Self.tenantsPerPage)::integer)"
            ).map { try $0.get(0) }
            guard !tenants.isEmpty else { break }
            for tenant in tenants {
                do {
                    try await verify(tenant, anchor: open.removeValue(forKey: tenant), &findings)
                } catch let fault as AuditFault {
                    findings.faults.append(fault)
                }
            }
            last = tenants.last
        }
        for tenant in open.keys.sorted() {
            findings.faults.append(
                AuditFault(tenant: tenant, sequence: nil, what: "was there at an earlier verification, and is gone"))
        }
        return findings
    }

    private func verify(_ tenant: TenantID, anchor: Head?, _ findings: inout Findings) async throws {
        var pass = Pass(chain: AuditChain(tenant: tenant, trust: trust), anchor: anchor)
        // Long chains are read without a lock; only the last page, where writers go on, is read with one.
        while true {
            let page = try await database.transaction(.tenant(tenant)) { [pass] tx in
                try await Self.entries(after: pass.chain.sequence, tenant, in: tx)
            }
            try pass.follow(page)
            if page.count < Self.entriesPerPage { break }
        }
        let (chain, found, stored) = try await database.transaction(.tenant(tenant)) { [pass] tx in
            var pass = pass
            let heads = try await tx.query(
                "SELECT sequence, hash FROM vault_audit_heads WHERE tenant_id = \(tenant) FOR UPDATE")
            try pass.follow(try await Self.entries(after: pass.chain.sequence, tenant, in: tx))
            try pass.checkEnd(head: try heads.first.map { Head(sequence: try $0.get(0), hash: try $0.get(1)) })
            let rows = try await tx.query(
                "SELECT \(unsafeRaw: StoredRecord.columns) FROM provider_keys WHERE tenant_id = \(tenant)")
            let records = try rows.map { try StoredRecord($0, tenant: tenant) }
            let stored = records.map { record in
                (
                    record.identity.secretID,
                    AuditChain.Secret(
                        version: record.identity.version, kekID: record.sealed.kekID.text,
                        recordDigest: record.sealed.digest)
                )
            }
            return (pass.chain, records, Dictionary(uniqueKeysWithValues: stored))
        }
        findings.faults += chain.faults
        for record in found {
            do {
                try rewrapper.check(record.sealed, as: record.identity)
            } catch {
                throw AuditFault(
                    tenant: tenant, sequence: nil, what: "key \(record.identity.secretID) does not open: \(error)")
            }
        }
        findings.unsealed += try chain.compare(with: stored).count
        findings.entries += chain.sequence
        findings.keys += stored.count
        if chain.sequence > 0 { findings.heads[tenant] = Head(sequence: chain.sequence, hash: chain.hash) }
    }

    private static func entries(
        after sequence: Int64, _ tenant: TenantID, in tx: Transaction
    ) async throws -> [Signed] {
        try await tx.query(
            """
            SELECT sequence, action, key_id, key_version, kek_id, record_digest, cause, detail, at, signer, hash, signature
            FROM vault_audit WHERE tenant_id = \(tenant) AND sequence > \(sequence)
            ORDER BY sequence LIMIT \(entriesPerPage)
            """
        ).map { row in
            let sequence: Int64 = try row.get(0)
            guard let action = AuditAction(rawValue: try row.get(1)) else {
                throw AuditFault(tenant: tenant, sequence: sequence, what: "says something that nobody says")
            }
            let cause: ID<CauseSubject>? = try row.get(6)
            let entry = AuditEntry(
                tenant: tenant, sequence: sequence, action: action, secretID: try row.get(2), version: try row.get(3),
                kekID: try row.get(4), recordDigest: try row.get(5), cause: cause?.bytes ?? [], detail: try row.get(7),
                at: try row.get(8), signer: try row.get(9))
            return Signed(entry: entry, hash: try row.get(10), signature: try row.get(11))
        }
    }
}

private struct Signed: Sendable {
    let entry: AuditEntry
    let hash: [UInt8]
    let signature: [UInt8]
}

/// One tenant's verification under way.
private struct Pass: Sendable {
    var chain: AuditChain
    let anchor: AuditVerification.Head?

    mutating func follow(_ entries: [Signed]) throws(AuditFault) {
        for signed in entries {
            try chain.follow(signed.entry, hash: signed.hash, signature: signed.signature)
            if let anchor, anchor.sequence == chain.sequence, anchor.hash != chain.hash {
                throw AuditFault(
                    tenant: chain.tenant, sequence: anchor.sequence,
                    what: "is not the one that an earlier verification found: the chain was rolled back and grew anew")
            }
        }
    }

    func checkEnd(head: AuditVerification.Head?) throws(AuditFault) {
        func fault(_ what: String) -> AuditFault { AuditFault(tenant: chain.tenant, sequence: nil, what: what) }
        if let anchor, anchor.sequence > chain.sequence {
            throw fault(
                "the chain ends at entry \(chain.sequence); an earlier verification found \(anchor.sequence): it was rolled back"
            )
        }
        guard head?.sequence ?? 0 == chain.sequence, head?.hash ?? [] == chain.hash else {
            throw fault(
                "the chain ends at entry \(chain.sequence), its head says \(head?.sequence ?? 0): its end was cut off")
        }
    }
}
