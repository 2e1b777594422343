import Embedded
import Glibc
import Kernel
import TestSupport
import Testing

@Suite struct EmbeddedPostgresTests {
    private let configuration = EmbeddedPostgres.Configuration(
        rolesFile: TestCluster.repository + "/sql/roles.sql", durability: .disposable)

    private func psql(_ url: Redacted<String>, _ sql: String) async throws -> CommandResult {
        try await Subprocess.run(
            Command("/usr/bin/psql", ["--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", "-d", url.value, "-c", sql]))
    }

    @Test func `lets each role in with its own password and nobody by network`() async throws {
        try await withTemporaryState { state in
            let postgres = try await EmbeddedPostgres.start(configuration, in: state)
            for role in EmbeddedPostgres.Role.allCases {
                #expect(try await psql(postgres.url(role), "SELECT current_user").output == role.rawValue + "\n")
            }
            let restricted =
                "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
            for role in EmbeddedPostgres.Role.allCases where role != .superuser {
                #expect(try await psql(postgres.url(role), restricted).output == "f\n")
            }
            #expect(try await psql(postgres.url(.owner), "CREATE SCHEMA app").ending.isSuccess)
            #expect(try await psql(postgres.url(.api), "SHOW listen_addresses").output == "\n")

            let wrong = Redacted(postgres.url(.api).value.replacing("@", with: "0@"))
            let refused = try await psql(wrong, "SELECT 1")
            #expect(!refused.ending.isSuccess)
            #expect(refused.output.contains("password authentication failed"))
            #expect("\(postgres.url(.api))" == "[redacted]")
            await postgres.stop()
            #expect(postgres.process.ending == .exited(0))

            // No password in the server's log, nor in a file that others may read.
            let password = try state.secret("specwright_api-password").value
            let found = try await Subprocess.run(
                Command("/usr/bin/grep", ["-rl", password, state.path, "--exclude-dir=secrets"]))
            #expect(found.output == "")
        }
    }

    @Test func `keeps its data across a stop, a crash and a server left running`() async throws {
        try await withTemporaryState { state in
            var postgres = try await EmbeddedPostgres.start(configuration, in: state)
            #expect(try await psql(postgres.url(.superuser), "CREATE TABLE kept AS SELECT 1 AS n").ending.isSuccess)
            await postgres.stop()

            postgres = try await EmbeddedPostgres.start(configuration, in: state)
            #expect(try await psql(postgres.url(.superuser), "SELECT n FROM kept").output == "1\n")

            // A crash: the server dies and its postmaster.pid stays.
            postgres.process.signal(SIGKILL)
            #expect(await postgres.process.wait() == .signalled(SIGKILL))
            postgres = try await EmbeddedPostgres.start(configuration, in: state)
            #expect(try await psql(postgres.url(.superuser), "SELECT n FROM kept").output == "1\n")

            // A server that outlived whoever started it gives way.
            let successor = try await EmbeddedPostgres.start(configuration, in: state)
            #expect(await postgres.process.wait() == .exited(0))
            #expect(try await psql(successor.url(.superuser), "SELECT n FROM kept").output == "1\n")
            await successor.stop()

            // A stranger of the same user has the number that a crashed server left in the file.
            let user = SystemUser.isRoot ? SystemUser(named: "postgres") : nil
            let stranger = try await Subprocess.start(Command("/usr/bin/sleep", ["600"], user: user))
            let script = "printf '%s\\n' \(stranger.pid) \(state.path)/postgres/data 0 5432 > postmaster.pid"
            _ = try await Subprocess.run(
                Command(
                    "/bin/sh", ["-c", script], workingDirectory: state.path("postgres/data"), user: user))
            postgres = try await EmbeddedPostgres.start(configuration, in: state)
            #expect(try await psql(postgres.url(.superuser), "SELECT n FROM kept").output == "1\n")
            #expect(stranger.ending == nil)
            await stranger.terminate()
            await postgres.stop()
        }
    }

    @Test func `copes with a path too long for a socket`() async throws {
        try await withTemporaryFolder { folder in
            let state = try StateDirectory(folder + "/" + String(repeating: "long-name-", count: 12))
            let postgres = try await EmbeddedPostgres.start(configuration, in: state)
            #expect(postgres.socketFolder.hasPrefix("/tmp/specwright-"))
            #expect(try await psql(postgres.url(.worker), "SELECT 1").output == "1\n")
            await postgres.stop()
            #expect(access(postgres.socketFolder, F_OK) != 0)
        }
    }

    @Test(.enabled(if: SystemUser.isRoot)) func `moves out of a folder that its user cannot reach`() async throws {
        try await withTemporaryFolder { folder in
            // As /root is.
            chmod(folder, 0o700)
            let state = try StateDirectory(folder + "/state")
            let name = try state.secret("postgres-folder", bytes: 8).value
            let elsewhere = "/var/lib/specwright/\(name)"
            let postgres = try await EmbeddedPostgres.start(configuration, in: state)
            #expect(postgres.socketFolder == elsewhere + "/run")
            #expect(try await psql(postgres.url(.worker), "SELECT 1").output == "1\n")
            await postgres.stop()
            _ = try await Subprocess.run(Command("/usr/bin/rm", ["-rf", elsewhere]))
        }
    }

    @Test func `says why it could not start`() async throws {
        try await withTemporaryState { state in
            var wrong = configuration
            wrong.settings = ["no_such_setting": "1"]
            let error = await #expect(throws: EmbeddedError.self) {
                _ = try await EmbeddedPostgres.start(wrong, in: state)
            }
            #expect(error?.description.contains("no_such_setting") == true)

            wrong = configuration
            wrong.rolesFile = "/no/roles.sql"
            let other = await #expect(throws: EmbeddedError.self) {
                _ = try await EmbeddedPostgres.start(wrong, in: state)
            }
            #expect(other?.description == "/no/roles.sql cannot be read: No such file or directory")
        }
    }
}
