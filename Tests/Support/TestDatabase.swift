internal import Embedded
package import EventLoop
package import Kernel
package import Postgres
internal import Synchronization

/// A database of a test's own, dropped when the test is done.
///
///     try await TestDatabase.with { database in
///         try await database.api.transaction(.tenant(tenant, user: user)) { tx in … }
///     }
package final class TestDatabase: Sendable {
    package enum Schema: String, Sendable {
        /// As `sql/migrations` make it.
        case migrated = "specwright"
        /// Roles, and nothing else.
        case bare
    }

    package let name: String
    package let cluster: TestCluster
    /// A superuser's connection, to set things up and look behind the curtain. Row-level security does not bind it.
    package let superuser: AdminConnection
    private let opened = Mutex(Opened())

    /// Whom connections act as.
    package enum Role: Sendable {
        case superuser, owner, api, worker, vault
    }

    private struct Opened {
        var databases: [Database] = []
        var listeners: [Listener] = []
        var loops: [EventLoopGroup] = []
        var byRole: [Role: Database] = [:]
    }

    /// The loops that all tests share.
    package static let loops = EventLoopGroup(count: 2, name: "test")
    package var loops: EventLoopGroup { Self.loops }

    /// So that hundreds of tests at once do not use up the server's connections.
    private static let gate = Gate(width: 8)
    private static let count = Atomic<Int>(0)

    /// Lends a fresh database for the length of `body`.
    package static func with<Result: Sendable>(
        _ schema: Schema = .migrated, on ownCluster: TestCluster? = nil,
        _ body: @Sendable (TestDatabase) async throws -> Result
    ) async throws -> Result {
        await gate.enter()
        defer { gate.leave() }
        let cluster = if let ownCluster { ownCluster } else { try await TestCluster.shared }
        let admin = try await AdminConnection.open(cluster.url(.superuser, database: "postgres"))
        let name = "test_\(count.wrappingAdd(1, ordering: .relaxed).newValue)"
        try await admin.run(script: "CREATE DATABASE \(name) TEMPLATE \(schema.rawValue)")
        // What is granted on a database does not come with its template.
        try await admin.run(script: "GRANT CREATE ON DATABASE \(name) TO specwright_owner")
        let superuser = try await AdminConnection.open(cluster.url(.superuser, database: name))
        let database = TestDatabase(name: name, cluster: cluster, superuser: superuser)
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(try await body(database))
        } catch {
            outcome = .failure(error)
        }
        await database.close()
        // Nobody waits for it, and a test that has killed the server leaves nothing to drop.
        Task { try? await admin.run(script: "DROP DATABASE IF EXISTS \(name) WITH (FORCE)") }
        return try outcome.get()
    }

    private init(name: String, cluster: TestCluster, superuser: AdminConnection) {
        self.name = name
        self.cluster = cluster
        self.superuser = superuser
    }

    /// As the API's role.
    package var api: Database { database(as: .api) }

    /// As the worker's role.
    package var worker: Database { database(as: .worker) }

    /// As the role of the vault's operator.
    package var vault: Database { database(as: .vault) }

    package func conninfo(_ role: Role) -> Redacted<String> { cluster.url(role, database: name) }

    package func configuration(_ role: Role) -> DatabaseConfiguration {
        var configuration = DatabaseConfiguration(conninfo: conninfo(role).value)
        configuration.readConnectionsPerLoop = 1
        // Many tests share this machine: one that waits for its turn is not what the tests are about.
        configuration.acquireTimeout = .seconds(30)
        return configuration
    }

    /// A further set of connections, closed with this database.
    package func database(
        as role: Role, on loops: EventLoopGroup = TestDatabase.loops,
        _ configure: (inout DatabaseConfiguration) -> Void
    ) -> Database {
        var configuration = configuration(role)
        configure(&configuration)
        let database = Database(configuration: configuration, loops: loops)
        opened.withLock { $0.databases.append(database) }
        return database
    }

    /// Loops of the test's own, stopped after the connections that live on them have been closed.
    package func ownLoops(count: Int = 1) -> EventLoopGroup {
        let loops = EventLoopGroup(count: count)
        opened.withLock { $0.loops.append(loops) }
        return loops
    }

    package func listener(as role: Role = .worker) -> Listener {
        let listener = Listener(configuration: configuration(role), loops: loops)
        opened.withLock { $0.listeners.append(listener) }
        return listener
    }

    private func database(as role: Role) -> Database {
        if let database = opened.withLock({ $0.byRole[role] }) { return database }
        let database = database(as: role) { _ in }
        return opened.withLock { opened in
            if let other = opened.byRole[role] { return other }
            opened.byRole[role] = database
            return database
        }
    }

    private func close() async {
        let opened = opened.withLock { $0 }
        for listener in opened.listeners { await listener.close() }
        for database in opened.databases { await database.close() }
        for loops in opened.loops { loops.stop() }
    }
}
