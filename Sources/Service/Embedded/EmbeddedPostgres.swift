internal import Glibc
package import Kernel

/// A PostgreSQL cluster of our own, on a unix socket that only we can reach, with random passwords.
///
/// The first start makes it; a later one takes it up again, after a crash too. It ends when we end.
package final class EmbeddedPostgres: Sendable {
    /// Who may log in. The roles are those of `sql/roles.sql`; the superuser only sets them up.
    package enum Role: String, Sendable, CaseIterable {
        case superuser = "postgres"
        case owner = "specwright_owner"
        case api = "specwright_api"
        case worker = "specwright_worker"
        case vault = "specwright_vault"
    }

    package enum Durability: Sendable {
        /// What is committed survives a power cut.
        case durable
        /// For tests: several times faster, and lost when the machine stops.
        case disposable
    }

    package struct Configuration: Sendable {
        /// The file that makes the roles: `sql/roles.sql`.
        package var rolesFile: String
        package var database: String
        package var durability: Durability
        /// Further server settings, such as those of a benchmark.
        package var settings: [String: String]
        /// How long a start may take; recovery after a crash is part of it.
        package var startLimit: Duration

        package init(
            rolesFile: String, database: String = "specwright", durability: Durability = .durable,
            settings: [String: String] = [:], startLimit: Duration = .seconds(120)
        ) {
            self.rolesFile = rolesFile
            self.database = database
            self.durability = durability
            self.settings = settings
            self.startLimit = startLimit
        }
    }

    /// The server. Its end before `stop` is worth a word to the person: see `Subprocess.wait`.
    package let process: Subprocess
    /// The folder of the socket: `host` in libpq's terms.
    package let socketFolder: String
    private let database: String
    private let passwords: [Role: Redacted<String>]
    private let mustRemoveSocketFolder: Bool

    private init(
        process: Subprocess, socketFolder: String, database: String, passwords: [Role: Redacted<String>],
        mustRemoveSocketFolder: Bool
    ) {
        self.process = process
        self.socketFolder = socketFolder
        self.database = database
        self.passwords = passwords
        self.mustRemoveSocketFolder = mustRemoveSocketFolder
    }

    /// Makes the cluster if there is none, starts it, and makes database, roles and passwords what they should be.
    package static func start(
        _ configuration: Configuration, in state: StateDirectory
    ) async throws
        -> EmbeddedPostgres
    {
        guard let rolesFile = Files.absolute(configuration.rolesFile) else {
            throw EmbeddedError("\(configuration.rolesFile) cannot be read", errno: errno)
        }
        var passwords: [Role: Redacted<String>] = [:]
        for role in Role.allCases { passwords[role] = try state.secret("\(role.rawValue)-password") }
        let cluster = PrivateCluster(
            place: try await ClusterPlace.find(in: state), durability: configuration.durability,
            logFile: try state.folder("logs") + "/postgres.log")
        try await cluster.create(superuserPassword: passwords[.superuser]!)
        try await cluster.clearLeftovers()

        let socketFolder = try cluster.place.socketFolder()
        let process = try await cluster.start(
            arguments: PostgresSettings.arguments(
                socketFolder: socketFolder, durability: configuration.durability, further: configuration.settings))
        let postgres = EmbeddedPostgres(
            process: process, socketFolder: socketFolder, database: configuration.database, passwords: passwords,
            mustRemoveSocketFolder: !socketFolder.hasPrefix(cluster.place.folder))
        do {
            try await cluster.awaitReady(process, limit: configuration.startLimit)
            try await postgres.provision(psql: try cluster.programs.psql, rolesFile: rolesFile)
        } catch {
            await postgres.stop()
            throw error
        }
        return postgres
    }

    /// How `role` connects, as a URL that libpq understands. The password is random hexadecimal.
    package func url(_ role: Role, database: String? = nil) -> Redacted<String> {
        Redacted(
            "postgresql://\(role.rawValue):\(passwords[role]!.value)@/\(database ?? self.database)"
                + "?host=\(Self.percentEncoded(socketFolder))")
    }

    /// Ends every session and stops the server, its files consistent.
    package func stop() async {
        // SIGINT is PostgreSQL's "fast" shutdown: it rolls back what is open instead of waiting for it.
        await process.terminate(SIGINT, grace: .seconds(20))
        if mustRemoveSocketFolder { rmdir(socketFolder) }
    }

    /// Runs the roles' script and sets the passwords, which travel in psql's environment: never in an argument, which
    /// everyone on the machine can read, and never in the server's log.
    private func provision(psql: String, rolesFile: String) async throws {
        var environment = [
            "PGHOST": socketFolder, "PGUSER": Role.superuser.rawValue, "PGDATABASE": "postgres",
            "PGPASSWORD": passwords[.superuser]!.value, "PGCONNECT_TIMEOUT": "10",
            "PGOPTIONS": "-c log_statement=none -c log_min_error_statement=panic -c client_min_messages=warning",
        ]
        var script = """
            SELECT format('CREATE DATABASE %I', :'database')
            WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \\gexec
            \\connect :"database"
            \\include :roles_file

            """
        for role in Role.allCases where role != .superuser {
            let variable = role.rawValue.uppercased()
            environment[variable] = passwords[role]!.value
            script += "\\getenv password \(variable)\nALTER ROLE \(role.rawValue) PASSWORD :'password';\n"
        }
        let arguments = [
            "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1",
            "--set=database=\(database)", "--set=roles_file=\(rolesFile)", "--file=-",
        ]
        let result = try await Subprocess.run(Command(psql, arguments, environment: environment), input: script)
        guard result.ending.isSuccess else {
            throw EmbeddedError("The database roles could not be set up.\n\(result.lastLines)")
        }
    }

    /// RFC 3986 §2.1; only what may stand bare in a query stays.
    private static func percentEncoded(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                String(UnicodeScalar(byte))
            default: "%" + Hex.encode([byte]).uppercased()
            }
        }.joined()
    }
}
