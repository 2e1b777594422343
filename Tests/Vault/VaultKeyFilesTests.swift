import Glibc
import Testing

@testable import Vault

/// Key files: what is written can be read, and what others could read is refused.
struct VaultKeyFilesTests {
    private func withDirectory(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/specwright-vault-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let directory = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer {
            for name in ["kek.public", "kek.secret", "sign.public", "sign.secret", "audit.public", "link"] {
                unlink(directory + "/" + name)
            }
            rmdir(directory)
        }
        try body(directory)
    }

    private func overwrite(_ path: String, _ text: String, mode: mode_t = 0o600) throws {
        unlink(path)
        let file = try #require(fopen(path, "w"))
        fputs(text, file)
        fclose(file)
        chmod(path, mode)
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        stat(path, &status)
        return status.st_mode & 0o777
    }

    private func opener(_ paths: VaultKeyPaths) throws(VaultKeyFileError) -> Opener {
        try VaultKeyFiles.opener(kekSecret: paths.kekSecret, signPublic: paths.signPublic)
    }

    private func sealer(_ paths: VaultKeyPaths) throws(VaultKeyFileError) -> Sealer {
        try VaultKeyFiles.sealer(kekPublic: paths.kekPublic, signSecret: paths.signSecret)
    }

    @Test func aSetSurvivesItsFiles() throws {
        try withDirectory { directory in
            let paths = VaultKeyPaths(directory: directory)
            let keys = VaultKeys.generate()
            try VaultKeyFiles.write(keys, to: paths)
            #expect(mode(paths.kekSecret) == 0o600 && mode(paths.signSecret) == 0o600)
            let sealed = try sealer(paths).seal(SecretBytes(copying: "sk-secret".utf8), as: identity())
            #expect(try open(sealed, by: opener(paths)) == "sk-secret")
            #expect(try open(sealed, by: keys.opener) == "sk-secret")
            #expect(try open(seal("other", by: keys), by: opener(paths)) == "other")
        }
    }

    @Test func nothingIsOverwritten() throws {
        try withDirectory { directory in
            let paths = VaultKeyPaths(directory: directory)
            try VaultKeyFiles.write(.generate(), to: paths)
            #expect(throws: VaultKeyFileError.cannotWrite(path: paths.kekSecret, errno: EEXIST)) {
                try VaultKeyFiles.write(.generate(), to: paths)
            }
        }
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o644, 0o610, 0o601, 0o777] as [mode_t])
    func filesThatOthersReachAreRefused(_ mode: mode_t) throws {
        try withDirectory { directory in
            let paths = VaultKeyPaths(directory: directory)
            try VaultKeyFiles.write(.generate(), to: paths)
            chmod(paths.kekSecret, mode)
            chmod(paths.signSecret, mode)
            #expect(throws: VaultKeyFileError.readableByOthers(path: paths.kekSecret, mode: mode)) {
                try opener(paths)
            }
            let error = #expect(throws: VaultKeyFileError.self) { try sealer(paths) }
            #expect(error?.description.contains(paths.signSecret) == true)
            #expect(error?.description.contains("chmod 600") == true)
        }
    }

    @Test func rotationReadsSeveralKeys() throws {
        try withDirectory { directory in
            let paths = VaultKeyPaths(directory: directory)
            let old = VaultKeys.generate()
            let new = VaultKeys.generate(kekID: KEKID("kek-2")!)
            func line(_ keys: VaultKeys) -> String {
                KeyLine.kekSecret.format(keys.kek.publicKey.id, keys.kek.secret.bytes.withBytes { Array($0) }) + "\n"
            }
            try VaultKeyFiles.write(old, to: paths)
            try overwrite(paths.kekSecret, "# both, while records move\n\n" + line(old) + line(new))
            try overwrite(
                paths.kekPublic,
                [old, new].map { KeyLine.kekPublic.format($0.kek.publicKey.id, $0.kek.publicKey.key) }
                    .joined(separator: "\n"))
            #expect(try opener(paths).kekIDs == [KEKID("kek-1")!, KEKID("kek-2")!])
            #expect(try sealer(paths).kek == new.kek.publicKey)
            try overwrite(paths.kekSecret, line(old) + line(old))
            #expect(throws: VaultKeyFileError.duplicateID(path: paths.kekSecret, id: KEKID("kek-1")!)) {
                try opener(paths)
            }
        }
    }

    @Test(arguments: [
        "kek-secret:kek-1:AAAA", "kek-secret:kek-1", "kek-secret:KEK:AAAA", "sign-secret:kek-1:AAAA", "x",
        "kek-secret::AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "kek-secret:kek-1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB",
        "kek-secret:kek-1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+A",
        "kek-secret:kek-1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "kek-secret:kek-1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA:x",
        " kek-secret:kek-1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "kek-secret:kek-1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r",
    ]) func linesThatAreNoKeysAreNamedByNumber(_ line: String) throws {
        try withDirectory { directory in
            let paths = VaultKeyPaths(directory: directory)
            try VaultKeyFiles.write(.generate(), to: paths)
            try overwrite(paths.kekSecret, "# a comment\n\(line)\n")
            let expected = VaultKeyFileError.badLine(path: paths.kekSecret, line: 2, expected: "kek-secret")
            #expect(throws: expected) { try opener(paths) }
            #expect(!expected.description.contains("AAAA"))
        }
    }

    @Test func filesThatAreNoKeyFiles() throws {
        try withDirectory { directory in
            let paths = VaultKeyPaths(directory: directory)
            #expect(throws: VaultKeyFileError.cannotRead(path: paths.kekSecret, errno: ENOENT)) { try opener(paths) }
            try VaultKeyFiles.write(.generate(), to: paths)
            try overwrite(paths.kekSecret, "")
            #expect(throws: VaultKeyFileError.noKeys(path: paths.kekSecret, expected: "kek-secret")) {
                try opener(paths)
            }
            try overwrite(paths.kekSecret, String(repeating: "#\n", count: 40_000))
            #expect(throws: VaultKeyFileError.tooLarge(path: paths.kekSecret)) { try opener(paths) }
            unlink(paths.kekSecret)
            mkfifo(paths.kekSecret, 0o600)
            #expect(throws: VaultKeyFileError.notAFile(path: paths.kekSecret)) { try opener(paths) }
        }
    }

    /// A public key of small order would make every sealed box readable by anyone.
    @Test func publicKeysOfSmallOrderAreRefused() {
        for first: UInt8 in [0, 1] {
            var key = [UInt8](repeating: 0, count: 32)
            key[0] = first
            #expect(KEKPublicKey(id: KEKID("k")!, key: key) == nil)
        }
    }

    @Test func aKEKIsAddedAndTheOldOneRetired() throws {
        try withDirectory { directory in
            let paths = VaultKeyPaths(directory: directory)
            let first = VaultKeys.generate()
            try VaultKeyFiles.write(first, to: paths)
            let before = try seal("sk-old", by: first)
            let id = try VaultKeyFiles.addKEK(to: paths)
            #expect(id == KEKID("kek-2"))
            #expect(mode(paths.kekSecret) == 0o600)
            #expect(try sealer(paths).kek.id == id, "what is sealed from now on is sealed for the new one")
            #expect(try opener(paths).kekIDs == [KEKID("kek-1")!, id])
            #expect(try open(before, by: opener(paths)) == "sk-old")
            let strict = try VaultKeyFiles.opener(kekSecret: paths.kekSecret, signPublic: paths.signPublic, minimum: id)
            #expect(refusal(of: before, by: strict) == .outdatedKEK(KEKID("kek-1")!))
            let after = try sealer(paths).seal(SecretBytes(copying: "sk-new".utf8), as: identity())

            try VaultKeyFiles.retireKEK(KEKID("kek-1")!, from: paths)
            #expect(try opener(paths).kekIDs == [id])
            #expect(refusal(of: before, by: try opener(paths)) == .unknownKEK(KEKID("kek-1")!))
            #expect(try open(after, by: opener(paths)) == "sk-new")
            // What a worker signed while it held the old one can still be checked.
            let hash = [UInt8](repeating: 1, count: 32)
            let signature = first.opener.auditSigner.sign(hash)
            #expect(try VaultKeyFiles.auditTrust(paths).accepts(signature, of: hash, by: "kek:kek-1"))
            #expect(try VaultKeyFiles.addKEK(to: paths) == KEKID("kek-3"))
            try VaultKeyFiles.retireKEK(id, from: paths)
            #expect(try VaultKeyFiles.addKEK(to: paths) == KEKID("kek-4"), "no id comes twice")
        }
    }

    @Test func aSetFromBeforeTheAuditGetsItsFile() throws {
        try withDirectory { directory in
            let paths = VaultKeyPaths(directory: directory)
            let keys = VaultKeys.generate()
            try VaultKeyFiles.write(keys, to: paths)
            unlink(paths.auditPublic)
            let hash = [UInt8](repeating: 1, count: 32)
            #expect(
                try VaultKeyFiles.auditTrust(paths).accepts(
                    keys.opener.auditSigner.sign(hash), of: hash, by: "kek:kek-1"))
            _ = try VaultKeyFiles.addKEK(to: paths)
            try VaultKeyFiles.retireKEK(KEKID("kek-1")!, from: paths)
            #expect(
                try VaultKeyFiles.auditTrust(paths).accepts(
                    keys.opener.auditSigner.sign(hash), of: hash, by: "kek:kek-1"))
        }
    }

    @Test func aMinimumThatNobodyHoldsIsRefused() throws {
        try withDirectory { directory in
            let paths = VaultKeyPaths(directory: directory)
            try VaultKeyFiles.write(.generate(), to: paths)
            #expect(throws: VaultKeyFileError.noSuchKey(path: paths.kekSecret, id: KEKID("kek-9")!)) {
                try VaultKeyFiles.opener(
                    kekSecret: paths.kekSecret, signPublic: paths.signPublic, minimum: KEKID("kek-9")!)
            }
        }
    }

    @Test func theSecretKeyInThePublicOnesPlaceIsNamed() throws {
        try withDirectory { directory in
            let paths = VaultKeyPaths(directory: directory)
            try VaultKeyFiles.write(.generate(), to: paths)
            let error = #expect(throws: VaultKeyFileError.self) {
                try VaultKeyFiles.sealer(kekPublic: paths.kekSecret, signSecret: paths.signSecret)
            }
            #expect(error?.description.contains("nobody but a worker may be given what opens the vault") == true)
        }
    }

    @Test func namesOfKeys() {
        for good in ["a", "kek-1", "2026.11_a", String(repeating: "x", count: 64)] { #expect(VaultKeyID(good) != nil) }
        for bad in ["", "A", "a b", "a:b", "é", "a/b", String(repeating: "x", count: 65)] {
            #expect(VaultKeyID(bad) == nil)
        }
    }
}
