internal import Glibc
internal import Kernel
internal import Postgres
internal import ProviderKeys
internal import Vault

extension VaultCommand {
    /// Follows every audit chain, and with `--anchors` holds it against what the last verification found.
    func verify(_ database: Database, _ anchorFile: String?, _ say: (String) -> Void) async throws {
        let anchors = anchorFile.map { AnchorFile(path: $0) }
        let verification = AuditVerification(
            database: database, trust: try VaultKeyFiles.auditTrust(paths), rewrapper: try rewrapper())
        let findings = try await verification.run(anchors: try anchors?.read() ?? [:])
        if options.isJSON {
            let json: JSON = [
                "chains": .integer(Int64(findings.heads.count)), "entries": .integer(findings.entries),
                "keys": .integer(Int64(findings.keys)), "unsealed": .integer(Int64(findings.unsealed)),
                "faults": .array(findings.faults.map { .string($0.description) }),
            ]
            say(json.text)
        } else {
            for fault in findings.faults { say("FAULT  \(fault)") }
            if findings.unsealed > 0 {
                say(
                    """
                    \(findings.unsealed) keys have no sealing in the audit. That is right for keys that were entered before this \
                    service had an audit; otherwise the beginning of their chains was cut off.
                    """)
            }
            say(
                "\(findings.heads.count) chains, \(findings.entries) entries, \(findings.keys) keys: "
                    + (findings.faults.isEmpty ? "all as they should be." : "\(findings.faults.count) faults."))
        }
        guard findings.faults.isEmpty else { throw VaultTrouble("the vault's audit does not hold") }
        try anchors?.write(findings.heads)
    }
}

/// Where each chain ended when it was last verified: a line `tenant sequence hash` each. It is worth what the place is
/// worth where it is kept: not in the database, and not where the database's administrators can write.
struct AnchorFile {
    let path: String

    func read() throws -> [TenantID: AuditVerification.Head] {
        guard access(path, F_OK) == 0 else { return [:] }
        var heads: [TenantID: AuditVerification.Head] = [:]
        let text = String(decoding: try readFile(path, limit: 1 << 30), as: UTF8.self)
        for (index, line) in text.split(separator: "\n").enumerated() {
            let words = line.split(separator: " ")
            guard words.count == 3, let tenant = TenantID(words[0]), let sequence = Int64(words[1]),
                let hash = Hex.decode(words[2])
            else { throw VaultTrouble("line \(index + 1) of \(path) is not an anchor") }
            heads[tenant] = AuditVerification.Head(sequence: sequence, hash: hash)
        }
        return heads
    }

    /// Whole or not at all: a half-written file would accuse the chains of what it lacks.
    func write(_ heads: [TenantID: AuditVerification.Head]) throws {
        let lines = heads.sorted { $0.key < $1.key }.map { "\($0) \($1.sequence) \(Hex.encode($1.hash))\n" }
        try writeFile(path, Array(lines.joined().utf8))
    }
}
