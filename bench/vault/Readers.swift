internal import EventLoop
internal import Glibc
internal import Jobs
internal import Kernel
internal import ModelGateway
internal import Postgres
internal import ProviderKeys
internal import Synchronization
internal import Vault

/// What a step does with a tenant's keys when it begins, again and again: finds the one that goes first, tells the audit,
/// commits, and opens it.
///
/// Prints each beginning as `SECOND MICROSECONDS`, with the seconds since 1970 when it was due and how long after that the
/// key was open; one that failed as `SECOND -1`.
final class Readers: Sendable {
    private let loops = EventLoopGroup(count: 1)
    private let database: Database
    private let opener: Opener
    private let directory = ProviderDirectory()
    private let times = Mutex([String]())

    init(folder: String) throws {
        let paths = VaultKeyPaths(directory: folder)
        opener = try VaultKeyFiles.opener(kekSecret: paths.kekSecret, signPublic: paths.signPublic)
        database = Database(configuration: DatabaseConfiguration(conninfo: ""), loops: loops)
    }

    func run(rate: Int) async throws {
        let tenants: [TenantID] = try await database.read(
            .untenanted, "SELECT * FROM app.tenants_after(NULL, 100000)"
        ).map { try $0.get(0) }
        say("ready")
        await withDiscardingTaskGroup { group in
            var due = ContinuousClock.now
            var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            while poll(&input, 1, 0) == 0 {
                let (intended, tenant) = (due, tenants.randomElement()!)
                group.addTask(executorPreference: self.loops.next()) { await self.begin(tenant, due: intended) }
                due += .seconds(1) / rate
                try? await Task.sleep(until: due)
            }
        }
        say(times.withLock { $0.joined(separator: "\n") })
        await database.close()
    }

    private func begin(_ tenant: TenantID, due: ContinuousClock.Instant) async {
        let second = Timestamp.now.microseconds / 1_000_000
        var taken: Int64 = -1
        if (try? await take(tenant)) != nil {
            taken = Int64((ContinuousClock.now - due) / .microseconds(1))
        }
        times.withLock { $0.append("\(second) \(taken)") }
    }

    private func take(_ tenant: TenantID) async throws {
        let (opener, directory) = (opener, directory)
        let key = try await database.transaction(.tenant(tenant)) { tx in
            let key = try await KeyRing.newest(
                for: [.anthropic], of: directory, feature: ID<Readers>.new(), tenant: tenant, in: tx)
            guard let key else { throw NoKey() }
            try await KeyRing.use(key, by: opener.auditSigner, job: JobID.new(), in: tx)
            return key
        }
        _ = try opener.open(key.sealed, as: key.identity)
    }
}

private struct NoKey: Error {}
