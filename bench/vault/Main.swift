internal import Glibc
internal import Kernel
internal import Vault

/// Drives the vault as `serve` and `work` do, for `bench/vault_keys.py`.
///
///     VaultBench crypto SECONDS                  prints how many records a second one thread seals, and how many it opens
///     VaultBench seed FOLDER TENANTS KEYS ORIGIN prints sealed keys for ORIGIN as SQL with COPY: KEYS for each of TENANTS
///     VaultBench read FOLDER RATE                as steps begin: takes keys RATE times a second until its input ends
@main
enum Main {
    static func main() async throws {
        let words = CommandLine.arguments.dropFirst()
        let numbers = words.compactMap { Int($0) }
        switch words.first {
        case "crypto": try crypto(seconds: numbers[0])
        case "seed":
            try Seed(folder: words[2], tenants: numbers[0], keys: numbers[1], origin: words[5]).write()
        case "read": try await Readers(folder: words[2]).run(rate: numbers[0])
        default: fatalError("see the comment above")
        }
    }

    private static func crypto(seconds: Int) throws {
        let keys = VaultKeys.generate()
        let (sealer, opener) = (keys.sealer, keys.opener)
        let identity = SecretIdentity(
            tenant: .new(), secretID: SecretID.new(), version: 1, provider: "anthropic",
            origin: "https://api.anthropic.com")
        let secret = Seed.secret(1)
        let sealed = try sealer.seal(secret, as: identity)
        let seals = try rate(seconds) { _ = try sealer.seal(secret, as: identity) }
        let opens = try rate(seconds) { _ = try opener.open(sealed, as: identity) }
        say("\(seals) \(opens)")
    }

    private static func rate(_ seconds: Int, _ body: () throws -> Void) rethrows -> Double {
        let begin = ContinuousClock.now
        var count = 0
        while ContinuousClock.now - begin < .seconds(seconds) {
            for _ in 0..<100 { try body() }
            count += 100
        }
        return Double(count) / ((ContinuousClock.now - begin) / .seconds(1))
    }
}

func say(_ words: String) {
    var rest = Array("\(words)\n".utf8)[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
    }
}
