internal import Kernel
internal import Postgres
internal import ProviderKeys
internal import Vault

/// `specwright vault`: the operator's hold on the vault. It is given all of its keys and a database role of its own, which
/// sees one tenant at a time; no server has both.
struct VaultCommand {
    let options: VaultOptions

    func run() async throws {
        switch options.action {
        case .makeSet: try makeSet()
        case .addKEK: try addKEK()
        case .retire, .rotate, .status, .verify:
            try await OperatorDatabase.with(role: "specwright_vault", command: "vault") { database in
                try await act(on: database) { Terminal.say($0) }
            }
        }
    }

    /// - Parameter say: takes what is to be shown, in whole lines.
    func act(on database: Database, say: (String) -> Void) async throws {
        switch options.action {
        case .rotate: try await rotate(database, say)
        case .status: try await status(database, say)
        case .verify(let anchors): try await verify(database, anchors, say)
        case .retire(let id): try await retire(id, database, say)
        case .makeSet, .addKEK: break
        }
    }

    var paths: VaultKeyPaths { VaultKeyPaths(directory: options.folder) }

    func rewrapper() throws -> Rewrapper {
        Rewrapper(
            opener: try VaultKeyFiles.opener(kekSecret: paths.kekSecret, signPublic: paths.signPublic),
            sealer: try VaultKeyFiles.sealer(kekPublic: paths.kekPublic, signSecret: paths.signSecret))
    }

    private func makeSet() throws {
        try VaultKeyFiles.write(.generate(), to: paths)
        Terminal.say(
            """
            Made the vault's keys. Back up the two secret ones, apart from the database's backups.
              serve needs  SPECWRIGHT_VAULT_KEK_PUBLIC=\(paths.kekPublic)
                           SPECWRIGHT_VAULT_SIGN_SECRET=\(paths.signSecret)
              work needs   SPECWRIGHT_VAULT_KEK_SECRET=\(paths.kekSecret)
                           SPECWRIGHT_VAULT_SIGN_PUBLIC=\(paths.signPublic)
            Keep audit.public beside them: `vault verify` reads it, and so this folder is what an operator needs.
            """)
    }

    private func addKEK() throws {
        let id = try VaultKeyFiles.addKEK(to: paths)
        Terminal.say(
            """
            Made \(id), and added it to kek.secret, kek.public and audit.public. Back them up. Then, in this order:
              1. give every worker the new kek.secret and restart it: from then on it opens both;
              2. give every API server the new kek.public and restart it: from then on it seals for \(id);
              3. specwright vault rotate \(options.folder)
            """)
    }

    private func rotate(_ database: Database, _ say: (String) -> Void) async throws {
        let rewrapper = try rewrapper()
        let tally = try await KeyRotation(database: database, rewrapper: rewrapper).run { done in
            say("\(done) rotated so far")
        }
        for refusal in tally.refused {
            say("left as it is: key \(refusal.key) of tenant \(refusal.tenant): \(refusal.reason)")
        }
        let left = try await KEKCounts.read(in: database).filter { $0.kek != rewrapper.kekID.text }
        say(
            "\(tally.rotated) keys rotated to \(rewrapper.kekID), \(left.reduce(0) { $0 + $1.keys }) left on older ones."
        )
        guard tally.refused.isEmpty else {
            throw VaultTrouble("\(tally.refused.count) keys could not be rotated; see above")
        }
    }

    private func retire(_ id: KEKID, _ database: Database, _ say: (String) -> Void) async throws {
        let held = try VaultKeyFiles.kekIDs(kekSecret: paths.kekSecret)
        guard held.contains(id) else { throw VaultKeyFileError.noSuchKey(path: paths.kekSecret, id: id) }
        guard held.last != id else {
            throw VaultTrouble("\(id) is the newest KEK: what is sealed now is sealed for it")
        }
        let keys = try await KEKCounts.read(in: database).first { $0.kek == id.text }?.keys ?? 0
        guard keys == 0 else {
            throw VaultTrouble("\(keys) keys are still sealed for \(id): specwright vault rotate \(options.folder)")
        }
        try VaultKeyFiles.retireKEK(id, from: paths)
        say(
            """
            \(id) is gone from kek.secret and kek.public. Give workers and API servers the new files and restart them, and
            destroy its copies when no database backup from before the rotation has to be restored any more.
            """)
    }
}

/// What stands in the way of an operator's wish.
struct VaultTrouble: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
