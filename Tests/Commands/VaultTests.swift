import Embedded
import Glibc
import Kernel
import TestSupport
import Testing

/// The real program and the vault's keys: what it makes, and what it refuses to start with.
@Suite struct VaultTests {
    private let program =
        CommandLine.arguments[0].split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
        + "/specwright"

    private func run(_ words: [String], _ environment: [String: String] = [:]) async throws -> CommandResult {
        try await Subprocess.run(Command(program, words, environment: environment))
    }

    private func withKeys(_ body: (String) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let made = try await run(["vault", "init", folder])
            #expect(made.ending == .exited(0))
            try await body(folder)
        }
    }

    /// Everything that `serve` and `work` need but the vault's files.
    private static let common = [
        "SPECWRIGHT_DATABASE_URL": "postgresql://nobody@/none?host=/nonexistent",
        "SPECWRIGHT_S3_ENDPOINT": "http://127.0.0.1:1", "SPECWRIGHT_S3_BUCKET": "files",
        "SPECWRIGHT_S3_ACCESS_KEY": "access", "SPECWRIGHT_S3_SECRET_KEY": "secret",
        "SPECWRIGHT_ISSUER": "https://id.example", "SPECWRIGHT_AUDIENCE": "specwright",
        "SPECWRIGHT_JWKS_URL": "https://id.example/jwks.json",
        "SPECWRIGHT_MODELS": TestCluster.repository + "/models.yaml",
    ]

    private func worker(_ folder: String) -> [String: String] {
        Self.common.merging([
            "SPECWRIGHT_VAULT_KEK_SECRET": "\(folder)/kek.secret",
            "SPECWRIGHT_VAULT_SIGN_PUBLIC": "\(folder)/sign.public",
        ]) { $1 }
    }

    @Test func `keys are made once, secret ones for their owner alone`() async throws {
        try await withKeys { folder in
            for (name, expected) in [
                ("kek.secret", 0o600), ("sign.secret", 0o600), ("kek.public", 0o644), ("sign.public", 0o644),
                ("audit.public", 0o644),
            ] as [(String, mode_t)] {
                var status = stat()
                #expect(stat("\(folder)/\(name)", &status) == 0)
                #expect(status.st_mode & 0o777 == expected, "\(name)")
            }
            let again = try await run(["vault", "init", folder])
            #expect(again.ending == .exited(1))
            #expect(again.output.contains("file exists"))
            let added = try await run(["vault", "add-kek", folder])
            #expect(added.ending == .exited(0) && added.output.contains("Made kek-2"))
            #expect(try await run(["vault", "rotate"]).ending == .exited(2))
        }
    }

    @Test func `a worker does not start with a secret key that others can read, or with none`() async throws {
        try await withKeys { folder in
            let secret = "\(folder)/kek.secret"
            for mode: mode_t in [0o640, 0o604] {
                chmod(secret, mode)
                let refused = try await run(["work"], worker(folder))
                #expect(refused.ending == .exited(1))
                #expect(refused.output.contains("only its owner may have access: chmod 600 \(secret)"))
            }
            chmod(secret, 0o600)
            var environment = worker(folder)
            environment["SPECWRIGHT_VAULT_MINIMUM_KEK"] = "kek-9"
            let unheld = try await run(["work"], environment)
            #expect(unheld.ending == .exited(1) && unheld.output.contains("holds no key kek-9"))
            environment["SPECWRIGHT_VAULT_MINIMUM_KEK"] = "KEK 9"
            #expect(try await run(["work"], environment).output.contains("SPECWRIGHT_VAULT_MINIMUM_KEK must be the id"))
            truncate(secret, 20)
            let malformed = try await run(["work"], worker(folder))
            #expect(malformed.ending == .exited(1) && malformed.output.contains("line 1 of the key file \(secret)"))
            unlink(secret)
            let missing = try await run(["work"], worker(folder))
            #expect(missing.ending == .exited(1))
            #expect(missing.output.contains("cannot read the key file \(secret): there is no such file"))
        }
    }

    @Test func `the API does not start with what opens the vault, wherever it is put`() async throws {
        try await withKeys { folder in
            let whole = Self.common.merging([
                "SPECWRIGHT_VAULT_KEK_PUBLIC": "\(folder)/kek.public",
                "SPECWRIGHT_VAULT_SIGN_SECRET": "\(folder)/sign.secret",
            ]) { $1 }
            var environment = whole
            environment["SPECWRIGHT_VAULT_KEK_SECRET"] = "\(folder)/kek.secret"
            let given = try await run(["serve"], environment)
            #expect(given.ending == .exited(1))
            #expect(given.output.contains("SPECWRIGHT_VAULT_KEK_SECRET must not be set here"))
            environment = whole
            environment["SPECWRIGHT_VAULT_KEK_PUBLIC"] = "\(folder)/kek.secret"
            let mistaken = try await run(["serve"], environment)
            #expect(mistaken.ending == .exited(1))
            #expect(mistaken.output.contains("nobody but a worker may be given what opens the vault"))
            chmod("\(folder)/sign.secret", 0o644)
            #expect(try await run(["serve"], whole).output.contains("chmod 600 \(folder)/sign.secret"))
        }
    }

    /// A worker that runs: the kernel writes no core of it, and shows its memory to no other process without privileges.
    @Test func `a worker's memory is in no core dump`() async throws {
        try await withKeys { folder in
            var environment = worker(folder)
            environment["SPECWRIGHT_METRICS_LISTEN"] = "127.0.0.1:0"
            let work = try await Subprocess.start(
                Command(program, ["work"], environment: environment, output: .file(folder + "/log")))
            let isUp = try await eventually { try Self.text("\(folder)/log").contains("working") }
            #expect(isUp)
            let limits = try Self.text("/proc/\(work.pid)/limits").split(separator: "\n")
            let core = limits.first { $0.hasPrefix("Max core file size") }
            #expect(core?.split(separator: " ").filter { $0 == "0" }.count == 2, "\(core ?? "none")")
            // What is not dumpable belongs to root in /proc (proc(5)), whoever runs it.
            var status = stat()
            #expect(stat("/proc/\(work.pid)/environ", &status) == 0 && status.st_uid == 0)
            work.signal(SIGTERM)
            #expect(await work.wait() == .exited(0))
        }
    }

    private static func text(_ path: String) throws -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }
}
