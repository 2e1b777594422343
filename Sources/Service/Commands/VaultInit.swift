internal import Vault

/// `specwright vault-init DIR`: makes the vault's four key files, and never overwrites one.
struct VaultInit {
    let folder: String

    func run() throws {
        let paths = VaultKeyPaths(directory: folder)
        try VaultKeyFiles.write(.generate(), to: paths)
        Terminal.say(
            """
            Made the vault's keys. Back up the two secret ones, apart from the database's backups.
              serve needs  SPECWRIGHT_VAULT_KEK_PUBLIC=\(paths.kekPublic)
                           SPECWRIGHT_VAULT_SIGN_SECRET=\(paths.signSecret)
              work needs   SPECWRIGHT_VAULT_KEK_SECRET=\(paths.kekSecret)
                           SPECWRIGHT_VAULT_SIGN_PUBLIC=\(paths.signPublic)
            """)
    }
}
