internal import Kernel
internal import Postgres
internal import ProviderKeys
internal import Vault

extension VaultCommand {
    /// How many keys are sealed for which KEK, and what can be done with each.
    func status(_ database: Database, _ say: (String) -> Void) async throws {
        let held = try VaultKeyFiles.kekIDs(kekSecret: paths.kekSecret).map(\.text)
        let sealing = try VaultKeyFiles.sealer(kekPublic: paths.kekPublic, signSecret: paths.signSecret).kek.id.text
        let counts = try await KEKCounts.read(in: database)
        let names = held + counts.map(\.kek).filter { !held.contains($0) }
        let lines = names.map { name in
            let keys = counts.first { $0.kek == name }?.keys ?? 0
            return (name: name, keys: keys, isHeld: held.contains(name), isSealing: name == sealing)
        }
        guard !options.isJSON else {
            let items = lines.map { line -> JSON in
                [
                    "kek": .string(line.name), "keys": .integer(Int64(line.keys)), "held": .bool(line.isHeld),
                    "sealing": .bool(line.isSealing),
                ]
            }
            return say(JSON.array(items).text)
        }
        for line in lines {
            let note =
                switch (line.isHeld, line.isSealing, line.keys) {
                case (false, _, _): "not in kek.secret: its keys cannot be opened"
                case (_, true, _): "seals now"
                case (_, _, 0): "not needed any more: specwright vault retire \(options.folder) \(line.name)"
                default: "still needed: specwright vault rotate \(options.folder)"
                }
            say("\(line.name)  \(line.keys) keys  \(note)")
        }
    }
}
