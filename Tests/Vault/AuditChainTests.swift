import Kernel
import Testing

@testable import Vault

/// One tenant's chain: what belongs is followed, and everything else is found.
struct AuditChainTests {
    private static let tenant = TenantID(high: 1, low: 2)
    private static let first = SecretID(high: 3, low: 4)
    private static let second = SecretID(high: 5, low: 6)
    private let keys = VaultKeys.generate()

    private struct Signed {
        var entry: AuditEntry
        var hash: [UInt8]
        var signature: [UInt8]
    }

    /// A chain as the API, a worker and an operator write it.
    private func history() -> [Signed] {
        var chain: [Signed] = []
        add(.seal, to: &chain)
        add(.seal, of: Self.second, digest: 9, to: &chain)
        add(.open, by: keys.opener.auditSigner, to: &chain)
        add(.mark, detail: "exhausted", by: keys.opener.auditSigner, to: &chain)
        add(.rotate, kek: "kek-2", digest: 2, to: &chain)
        add(.open, kek: "kek-2", digest: 2, by: keys.opener.auditSigner, to: &chain)
        add(.seal, version: 2, kek: "kek-2", digest: 3, to: &chain)
        add(.delete, of: Self.second, kek: "", digest: nil, to: &chain)
        return chain
    }

    private func add(
        _ action: AuditAction, of id: SecretID = first, version: Int = 1, kek: String = "kek-1", digest: UInt8? = 1,
        detail: String = "", by signer: AuditSigner? = nil, to chain: inout [Signed]
    ) {
        let signer = signer ?? keys.sealer.auditSigner
        let entry = AuditEntry(
            tenant: Self.tenant, sequence: Int64(chain.count + 1), action: action, secretID: id, version: version,
            kekID: kek, recordDigest: digest.map { [UInt8](repeating: $0, count: 32) } ?? [],
            cause: [1, 2, 3], detail: detail, at: Timestamp(microseconds: 1_790_000_000_000_000), signer: signer.name)
        let hash = entry.hash(after: chain.last?.hash ?? [])
        chain.append(Signed(entry: entry, hash: hash, signature: signer.sign(hash)))
    }

    private func follow(_ entries: [Signed], trust: AuditTrust? = nil) throws(AuditFault) -> AuditChain {
        var chain = AuditChain(tenant: Self.tenant, trust: trust ?? keys.opener.auditTrust)
        for signed in entries { try chain.follow(signed.entry, hash: signed.hash, signature: signed.signature) }
        return chain
    }

    private func fault(_ entries: [Signed], trust: AuditTrust? = nil) -> AuditFault? {
        do throws(AuditFault) {
            return try follow(entries, trust: trust).faults.first
        } catch {
            return error
        }
    }

    private func secret(_ version: Int, _ kek: String, _ digest: UInt8) -> AuditChain.Secret {
        AuditChain.Secret(version: version, kekID: kek, recordDigest: [UInt8](repeating: digest, count: 32))
    }

    @Test func whatWasWrittenHolds() throws {
        let chain = try follow(history())
        #expect(chain.sequence == 8)
        #expect(chain.secrets == [Self.first: secret(2, "kek-2", 3)])
        #expect(try chain.compare(with: [Self.first: secret(2, "kek-2", 3)]) == [])
    }

    /// Each field of each entry, changed with the hash left and with the hash made anew.
    @Test func everyEditIsFound() throws {
        let history = history()
        for index in history.indices {
            let entry = history[index].entry
            func edited(
                action: AuditAction? = nil, secretID: SecretID? = nil, version: Int? = nil, kekID: String? = nil,
                digest: [UInt8]? = nil, cause: [UInt8]? = nil, detail: String? = nil, at: Timestamp? = nil,
                signer: String? = nil
            ) -> AuditEntry {
                AuditEntry(
                    tenant: entry.tenant, sequence: entry.sequence, action: action ?? entry.action,
                    secretID: secretID ?? entry.secretID, version: version ?? entry.version,
                    kekID: kekID ?? entry.kekID, recordDigest: digest ?? entry.recordDigest,
                    cause: cause ?? entry.cause,
                    detail: detail ?? entry.detail, at: at ?? entry.at, signer: signer ?? entry.signer)
            }
            let edits = [
                edited(action: entry.action == .open ? .mark : .open), edited(secretID: SecretID(high: 7, low: 7)),
                edited(version: 7), edited(kekID: "kek-7"), edited(digest: [7]), edited(cause: []), edited(detail: "x"),
                edited(at: Timestamp(microseconds: 1)), edited(signer: "sign:other"),
            ]
            for edit in edits {
                var chain = history
                chain[index].entry = edit
                #expect(fault(chain)?.sequence == entry.sequence)
                // Whoever edits can hash, and cannot sign.
                for later in index..<chain.count {
                    chain[later].hash = chain[later].entry.hash(after: later == 0 ? [] : chain[later - 1].hash)
                }
                #expect(fault(chain)?.sequence == entry.sequence)
            }
            var chain = history
            chain[index].signature[0] ^= 1
            #expect(fault(chain)?.sequence == entry.sequence)
        }
    }

    @Test func everyRemovalAndSwapBeforeTheEndIsFound() {
        let history = history()
        for index in history.indices.dropLast() {
            var chain = history
            chain.remove(at: index)
            #expect(fault(chain) != nil)
            chain = history
            chain.swapAt(index, index + 1)
            #expect(fault(chain) != nil)
            chain = history
            chain.insert(history[index], at: index + 1)
            #expect(fault(chain) != nil)
        }
    }

    @Test func aCutEndShowsInWhatIsStored() throws {
        let history = history()
        let stored = [Self.first: secret(2, "kek-2", 3)]
        for length in 1..<history.count - 1 {
            let chain = try follow(Array(history[..<length]))
            #expect(throws: AuditFault.self, "the first \(length)") { try chain.compare(with: stored) }
        }
    }

    @Test func whatIsStoredMustBeWhatTheChainSays() throws {
        let chain = try follow(history())
        for wrong in [
            [:], [Self.first: secret(1, "kek-2", 2)], [Self.first: secret(2, "kek-1", 3)],
            [Self.first: secret(2, "kek-2", 3), Self.second: secret(1, "kek-1", 9)],
        ] {
            #expect(throws: AuditFault.self) { try chain.compare(with: wrong) }
        }
        let stranger = SecretID(high: 8, low: 8)
        let found = try chain.compare(with: [Self.first: secret(2, "kek-2", 3), stranger: secret(1, "kek-1", 1)])
        #expect(found == [stranger])
    }

    @Test func nobodyVouchesForWhatIsNotTheirs() {
        for action in [AuditAction.seal, .rotate, .delete] {
            var chain: [Signed] = []
            add(action, by: keys.opener.auditSigner, to: &chain)
            #expect(fault(chain)?.what.contains("who does not do that") == true)
        }
        for action in [AuditAction.open, .mark] {
            var chain: [Signed] = []
            add(.seal, to: &chain)
            add(action, to: &chain)
            #expect(fault(chain)?.sequence == 2)
        }
    }

    @Test func deletedKeysStayDeletedAndVersionsDoNotSkip() {
        var chain: [Signed] = []
        add(.seal, to: &chain)
        add(.delete, kek: "", digest: nil, to: &chain)
        add(.seal, version: 2, to: &chain)
        #expect(fault(chain)?.sequence == 3)
        chain = []
        add(.seal, to: &chain)
        add(.seal, version: 3, to: &chain)
        #expect(fault(chain)?.sequence == 2)
    }

    /// The worker's key follows from its KEK, and says nothing of it.
    @Test func aWorkersKeyIsItsKEKsAlone() {
        let other = VaultKeys.generate()
        #expect(keys.kek.auditSigner.verifyKey == keys.kek.auditSigner.verifyKey)
        #expect(keys.kek.auditSigner.verifyKey.key != other.kek.auditSigner.verifyKey.key)
        #expect(keys.kek.auditSigner.verifyKey.key != keys.kek.publicKey.key)
        #expect(fault(history(), trust: other.opener.auditTrust)?.sequence == 1)
        // Nothing that a worker signs passes for a record.
        let record = try? seal("sk-secret", by: keys)
        let planted = record?.with(signature: keys.opener.auditSigner.sign(record?.signature ?? []))
        #expect(planted.flatMap { refusal(of: $0, by: keys.opener) } == .untrustedSignature)
    }
}
