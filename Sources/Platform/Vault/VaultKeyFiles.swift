internal import Glibc
internal import Kernel

/// Key material in files: the only way it reaches a process. (An environment is inherited, listed and dumped.)
///
/// The API's two files hold nothing that opens a record; the worker's two nothing that vouches for one.
package enum VaultKeyFiles {
    /// Reads what the API is given.
    ///
    /// - Parameters:
    ///   - kekPublic: `kek-public` lines; the last one seals, so that a rotation appends a line.
    ///   - signSecret: `sign-secret` lines; the last one signs.
    package static func sealer(
        kekPublic: String, signSecret: String
    ) throws(VaultKeyFileError) -> Sealer {
        let keks = try KeyFile(path: kekPublic, kind: .kekPublic).read()
        let signers = try KeyFile(path: signSecret, kind: .signSecret).read()
        let (kek, signer) = (keks[keks.count - 1], signers[signers.count - 1])
        guard let kek = KEKPublicKey(id: kek.id, key: kek.key.bytes.withBytes { Array($0) }) else {
            throw .badLine(path: kekPublic, line: keks.count, expected: KeyLine.kekPublic.rawValue)
        }
        guard let signer = SigningKey(id: signer.id, seed: copy(signer.key)) else {
            throw .badLine(path: signSecret, line: signers.count, expected: KeyLine.signSecret.rawValue)
        }
        return Sealer(kek: kek, signingKey: signer)
    }

    /// Reads what the worker is given: every `kek-secret` line opens, every `sign-public` line is trusted.
    ///
    /// - Parameter minimum: the oldest KEK whose records are opened; lines above it are held in vain.
    package static func opener(
        kekSecret: String, signPublic: String, minimum: VaultKeyID? = nil
    ) throws(VaultKeyFileError) -> Opener {
        var keks: [KEKSecretKey] = []
        for (index, line) in try KeyFile(path: kekSecret, kind: .kekSecret).read().enumerated() {
            guard let kek = KEKSecretKey(id: line.id, secret: copy(line.key)) else {
                throw .badLine(path: kekSecret, line: index + 1, expected: KeyLine.kekSecret.rawValue)
            }
            keks.append(kek)
        }
        let verifyKeys = try KeyFile(path: signPublic, kind: .signPublic).read().compactMap { line in
            VerifyKey(id: line.id, key: line.key.bytes.withBytes { Array($0) })
        }
        if let minimum, !keks.contains(where: { $0.publicKey.id == minimum }) {
            throw .noSuchKey(path: kekSecret, id: minimum)
        }
        return Opener(keks: keks, verifyKeys: verifyKeys, minimum: minimum)
    }

    /// The ids in a `kek-secret` file, oldest first.
    package static func kekIDs(kekSecret: String) throws(VaultKeyFileError) -> [KEKID] {
        try KeyFile(path: kekSecret, kind: .kekSecret).read().map(\.id)
    }

    /// What an auditor is given: the signers, and every worker's key that there ever was.
    package static func auditTrust(_ paths: VaultKeyPaths) throws(VaultKeyFileError) -> AuditTrust {
        var trust = try opener(kekSecret: paths.kekSecret, signPublic: paths.signPublic).auditTrust
        if VaultKeyFiles.exists(paths.auditPublic) {
            let workers = try KeyFile(path: paths.auditPublic, kind: .auditPublic).read()
            trust.add(
                workers: workers.compactMap { line in
                    VerifyKey(id: line.id, key: line.key.bytes.withBytes { Array($0) })
                })
        }
        return trust
    }

    /// Makes the next KEK and adds it to a set. The files are changed in an order that, broken off anywhere, leaves no
    /// KEK to seal for that nobody could open.
    package static func addKEK(to paths: VaultKeyPaths) throws(VaultKeyFileError) -> KEKID {
        // Sets from before there was an audit lack the file.
        if !exists(paths.auditPublic) {
            for line in try KeyFile(path: paths.kekSecret, kind: .kekSecret).read() {
                try appendAuditKey(of: KEKSecretKey(id: line.id, secret: copy(line.key)), to: paths)
            }
        }
        // The ids of those that were retired are there too.
        let known = try Set(KeyFile(path: paths.auditPublic, kind: .auditPublic).read().map(\.id))
            .union(kekIDs(kekSecret: paths.kekSecret))
        let id = (known.count + 1...Int.max).lazy.compactMap { KEKID("kek-\($0)") }.first { !known.contains($0) }!
        let kek = KEKSecretKey.generate(id: id)
        try KeyFile(path: paths.kekSecret, kind: .kekSecret).append(
            KeyLine.kekSecret.format(id, secret: kek.secret.bytes))
        try appendAuditKey(of: kek, to: paths)
        try KeyFile(path: paths.kekPublic, kind: .kekPublic).append(
            SecretBytes(copying: (KeyLine.kekPublic.format(id, kek.publicKey.key) + "\n").utf8))
        return id
    }

    /// Takes a KEK out of a set for good: what is sealed for it cannot be opened any more.
    package static func retireKEK(_ id: KEKID, from paths: VaultKeyPaths) throws(VaultKeyFileError) {
        try KeyFile(path: paths.kekPublic, kind: .kekPublic).remove(id)
        try KeyFile(path: paths.kekSecret, kind: .kekSecret).remove(id)
    }

    private static func appendAuditKey(
        of kek: KEKSecretKey?, to paths: VaultKeyPaths
    ) throws(VaultKeyFileError) {
        guard let kek else { return }
        let line = KeyLine.auditPublic.format(kek.publicKey.id, kek.auditSigner.verifyKey.key) + "\n"
        try KeyFile(path: paths.auditPublic, kind: .auditPublic).append(SecretBytes(copying: line.utf8))
    }

    private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Writes a set as five new files; an existing file is an error, so that no key is ever overwritten.
    package static func write(_ keys: VaultKeys, to paths: VaultKeyPaths) throws(VaultKeyFileError) {
        try write(keys.kek.secret, keys.kek.publicKey.id, .kekSecret, to: paths.kekSecret)
        try write(keys.signingKey.seed, keys.signingKey.verifyKey.id, .signSecret, to: paths.signSecret)
        try write(keys.kek.publicKey.key, keys.kek.publicKey.id, .kekPublic, to: paths.kekPublic)
        try write(keys.signingKey.verifyKey.key, keys.signingKey.verifyKey.id, .signPublic, to: paths.signPublic)
        try write(
            keys.kek.auditSigner.verifyKey.key, keys.kek.publicKey.id, .auditPublic, to: paths.auditPublic)
    }

    private static func write(
        _ secret: SecretBox, _ id: VaultKeyID, _ kind: KeyLine, to path: String
    ) throws(VaultKeyFileError) {
        try KeyFile(path: path, kind: kind).write(kind.format(id, secret: secret.bytes))
    }

    private static func write(
        _ key: [UInt8], _ id: VaultKeyID, _ kind: KeyLine, to path: String
    ) throws(VaultKeyFileError) {
        try KeyFile(path: path, kind: kind).write(SecretBytes(copying: (kind.format(id, key) + "\n").utf8))
    }

    private static func copy(_ box: SecretBox) -> SecretBytes {
        box.bytes.withBytes { SecretBytes(copying: $0) }
    }
}
