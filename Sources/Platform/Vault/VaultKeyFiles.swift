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
    package static func opener(
        kekSecret: String, signPublic: String
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
        return Opener(keks: keks, verifyKeys: verifyKeys)
    }

    /// Writes a set as four new files; an existing file is an error, so that no key is ever overwritten.
    package static func write(_ keys: VaultKeys, to paths: VaultKeyPaths) throws(VaultKeyFileError) {
        try write(keys.kek.secret, keys.kek.publicKey.id, .kekSecret, to: paths.kekSecret)
        try write(keys.signingKey.seed, keys.signingKey.verifyKey.id, .signSecret, to: paths.signSecret)
        try write(keys.kek.publicKey.key, keys.kek.publicKey.id, .kekPublic, to: paths.kekPublic)
        try write(keys.signingKey.verifyKey.key, keys.signingKey.verifyKey.id, .signPublic, to: paths.signPublic)
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

/// Where the four files of a set lie.
package struct VaultKeyPaths: Sendable, Equatable {
    package let kekPublic: String
    package let kekSecret: String
    package let signPublic: String
    package let signSecret: String

    package init(kekPublic: String, kekSecret: String, signPublic: String, signSecret: String) {
        self.kekPublic = kekPublic
        self.kekSecret = kekSecret
        self.signPublic = signPublic
        self.signSecret = signSecret
    }

    /// The usual names in one directory, as `specwright up` keeps them.
    package init(directory: String) {
        self.init(
            kekPublic: directory + "/kek.public", kekSecret: directory + "/kek.secret",
            signPublic: directory + "/sign.public", signSecret: directory + "/sign.secret")
    }
}
