package import Kernel

/// Follows one tenant's chain from its first entry, and knows at its end which secrets there must be.
package struct AuditChain: Sendable {
    /// What the chain says of a secret that has not been deleted.
    package struct Secret: Sendable, Equatable {
        package let version: Int
        package let kekID: String
        package let recordDigest: [UInt8]

        package init(version: Int, kekID: String, recordDigest: [UInt8]) {
            self.version = version
            self.kekID = kekID
            self.recordDigest = recordDigest
        }
    }

    package let tenant: TenantID
    package private(set) var sequence: Int64 = 0
    package private(set) var hash: [UInt8] = []
    package private(set) var secrets: [SecretID: Secret] = [:]
    /// Secrets whose sealing the chain does not have, though it has later entries of them.
    package private(set) var unsealed: Set<SecretID> = []
    private var deleted: Set<SecretID> = []
    /// Entries that hold together and say what cannot have been: the record that a worker took was not the one that the
    /// chain knew. What comes after them is followed all the same.
    package private(set) var faults: [AuditFault] = []
    private let trust: AuditTrust

    package init(tenant: TenantID, trust: AuditTrust) {
        self.tenant = tenant
        self.trust = trust
    }

    /// Takes the next entry as it was stored.
    package mutating func follow(_ entry: AuditEntry, hash: [UInt8], signature: [UInt8]) throws(AuditFault) {
        func fault(_ what: String) -> AuditFault { AuditFault(tenant: tenant, sequence: entry.sequence, what: what) }
        guard entry.tenant == tenant else { throw fault("belongs to another tenant") }
        guard entry.sequence == sequence + 1 else {
            throw fault("follows entry \(sequence): entries between them are missing")
        }
        guard entry.hash(after: self.hash) == hash else {
            throw fault("was edited, or the one before it was: its hash does not fit")
        }
        guard trust.accepts(signature, of: hash, by: entry.signer) else {
            throw fault("has no valid signature of \(entry.signer)")
        }
        guard Self.mayBeSaid(entry.action, by: entry.signer) else {
            throw fault("says \(entry.action.rawValue) in the name of \(entry.signer), who does not do that")
        }
        apply(entry)
        sequence = entry.sequence
        self.hash = hash
    }

    private mutating func apply(_ entry: AuditEntry) {
        let before = secrets[entry.secretID]
        let after = Secret(version: entry.version, kekID: entry.kekID, recordDigest: entry.recordDigest)
        // A secret may be older than the audit; its first entry is then believed, and the secret named.
        if before == nil, entry.action != .seal { unsealed.insert(entry.secretID) }
        let isPossible =
            switch entry.action {
            case .seal: before.map { $0.version + 1 == entry.version } ?? (entry.version == 1)
            case .rotate, .delete: before == nil || before?.version == entry.version
            case .open, .mark: before == nil || before == after
            }
        if !isPossible || deleted.contains(entry.secretID) {
            faults.append(
                AuditFault(
                    tenant: tenant, sequence: entry.sequence,
                    what: "says \(entry.action.rawValue) of key \(entry.secretID) in a state that it was not in"))
        }
        switch entry.action {
        case .delete:
            secrets[entry.secretID] = nil
            deleted.insert(entry.secretID)
            unsealed.remove(entry.secretID)
        case .seal:
            secrets[entry.secretID] = after
            unsealed.remove(entry.secretID)
        case .open, .rotate, .mark: secrets[entry.secretID] = after
        }
    }

    /// Workers vouch for what workers do, and for nothing else.
    private static func mayBeSaid(_ action: AuditAction, by signer: String) -> Bool {
        switch action {
        case .seal, .rotate, .delete: signer.hasPrefix("sign:")
        case .open, .mark: signer.hasPrefix("kek:")
        }
    }

    /// Holds the secrets that are stored against those that the chain says there are.
    ///
    /// - Returns: those of which the chain has no sealing: entered before there was an audit, or what was cut off.
    package func compare(with stored: [SecretID: Secret]) throws(AuditFault) -> Set<SecretID> {
        func fault(_ id: SecretID, _ what: String) -> AuditFault {
            AuditFault(tenant: tenant, sequence: nil, what: "key \(id) \(what)")
        }
        for (id, secret) in stored {
            guard !deleted.contains(id) else { throw fault(id, "was deleted, says the chain, and is stored again") }
            guard let known = secrets[id], known != secret else { continue }
            throw fault(
                id, "is stored as another record than the chain's last: it was exchanged, or one was rolled back")
        }
        for id in secrets.keys where stored[id] == nil { throw fault(id, "was removed without the chain being told") }
        return unsealed.union(stored.keys.filter { secrets[$0] == nil })
    }
}

/// What does not fit in a tenant's audit.
package struct AuditFault: Error, Sendable, Equatable, CustomStringConvertible {
    package let tenant: TenantID
    /// The entry; `nil` when it is about what is stored.
    package let sequence: Int64?
    package let what: String

    package init(tenant: TenantID, sequence: Int64?, what: String) {
        self.tenant = tenant
        self.sequence = sequence
        self.what = what
    }

    package var description: String { "tenant \(tenant): " + (sequence.map { "entry \($0) " } ?? "") + what }
}
