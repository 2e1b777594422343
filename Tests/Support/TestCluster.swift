internal import Embedded
internal import Glibc
package import Kernel
internal import Postgres
internal import Synchronization

/// A private PostgreSQL server. Tests share one per process, which ends and leaves nothing behind when the process does.
package final class TestCluster: Sendable {
    private let postgres: EmbeddedPostgres
    package let folder: String
    private let state: StateDirectory

    /// The repository, whose `sql` folder the tests use.
    package static let repository = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

    /// The cluster of this process; its database `specwright` is migrated, and a template for the tests' own.
    package static var shared: TestCluster {
        get async throws { try await sharedStart.value }
    }

    private static let sharedStart = Task {
        let cluster = try await TestCluster.start()
        try await cluster.makeBareTemplate()
        _ = try await Migrator(owner: cluster.url(.owner), folder: repository + "/sql/migrations").run()
        return cluster
    }

    /// A cluster of one's own, for tests that do violence to it.
    package static func start() async throws -> TestCluster {
        var name = Array("/tmp/specwright-test-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else { throw EmbeddedError("No folder for a test cluster.") }
        let folder = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        // A root's database runs as another user, who has to pass through.
        chmod(folder, 0o755)
        Leftovers.clean(folder)
        let state = try StateDirectory(folder + "/state")
        try writeAccessRules(folder)
        return TestCluster(postgres: try await launch(in: state, folder), folder: folder, state: state)
    }

    private init(postgres: EmbeddedPostgres, folder: String, state: StateDirectory) {
        self.postgres = postgres
        self.folder = folder
        self.state = state
        Leftovers.stop(postgres.process.pid)
    }

    /// How a role connects, to the template unless told otherwise.
    package func url(_ role: TestDatabase.Role, database: String? = nil) -> Redacted<String> {
        let role: EmbeddedPostgres.Role =
            switch role {
            case .superuser: .superuser
            case .owner: .owner
            case .api: .api
            case .worker: .worker
            case .vault: .vault
            }
        return postgres.url(role, database: database)
    }

    /// Kills the server as a power cut would, and starts it on what it left.
    package func crashAndRestart() async throws -> TestCluster {
        postgres.process.signal(SIGKILL)
        _ = await postgres.process.wait()
        return try await restarted()
    }

    /// Starts a server on the same files, after the last one has ended.
    package func restarted() async throws -> TestCluster {
        TestCluster(postgres: try await Self.launch(in: state, folder), folder: folder, state: state)
    }

    /// A second template, with the roles' rights in it and no tables.
    private func makeBareTemplate() async throws {
        let admin = try await AdminConnection.open(url(.superuser, database: "postgres"))
        try await admin.run(script: "CREATE DATABASE bare")
        try await AdminConnection.open(url(.superuser, database: "bare")).run(script: Roles.script)
    }

    package func stop() async { await postgres.stop() }

    /// Who reaches the socket is let in under any name. Checking passwords as production does costs each connection tens
    /// of thousands of hashes, and tests open connections by the hundred.
    private static func writeAccessRules(_ folder: String) throws {
        guard let file = fopen(folder + "/pg_hba.conf", "w") else { throw EmbeddedError("No access rules.") }
        fputs("local all all trust\n", file)
        fclose(file)
    }

    private static func launch(in state: StateDirectory, _ folder: String) async throws -> EmbeddedPostgres {
        let configuration = EmbeddedPostgres.Configuration(
            rolesFile: repository + "/sql/roles.sql", durability: .disposable,
            settings: [
                "max_connections": "250", "shared_buffers": "32MB", "autovacuum": "off",
                "hba_file": folder + "/pg_hba.conf",
            ])
        return try await EmbeddedPostgres.start(configuration, in: state)
    }
}

/// What must be gone when the test process exits. A process that is killed leaves its folder, not its server, which ends
/// with its parent.
private enum Leftovers {
    private struct List {
        var folders: [String] = []
        var servers: [pid_t] = []
    }

    private static let list = Mutex(List())
    private static let isRegistered: Bool = {
        atexit { Leftovers.sweep() }
        return true
    }()

    static func clean(_ folder: String) {
        precondition(isRegistered)
        list.withLock { $0.folders.append(folder) }
    }

    static func stop(_ server: pid_t) { list.withLock { $0.servers.append(server) } }

    private static func sweep() {
        let list = list.withLock { $0 }
        // SIGQUIT: at once, without writing anything more.
        for server in list.servers { kill(server, SIGQUIT) }
        var arguments: [UnsafeMutablePointer<CChar>?] = (["/usr/bin/rm", "-rf", "--"] + list.folders).map { strdup($0) }
        arguments.append(nil)
        var pid = pid_t()
        guard posix_spawn(&pid, "/usr/bin/rm", nil, nil, arguments, nil) == 0 else { return }
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }
}
