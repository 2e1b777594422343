import Embedded
import Glibc
import Kernel
import TestSupport
import Testing

/// The real program, as a process.
@Suite struct ProgramTests {
    /// Beside the test bundle, where SwiftPM puts what it builds.
    private let program =
        CommandLine.arguments[0].split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
        + "/specwright"

    @Test(arguments: [SIGTERM, SIGINT])
    func `a server ends cleanly when it is asked to`(signal: Int32) async throws {
        try await withTemporaryFolder { folder in
            let server = try await startIssuer(folder)
            server.signal(signal)
            #expect(await server.wait() == .exited(0))
        }
    }

    @Test func `a signal that nobody waits for ends the process, as people expect of Ctrl-C`() async throws {
        try await withTemporaryFolder { folder in
            // A migration waits for a database that takes the connection and says nothing.
            let silence = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
            defer { close(silence) }
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array("\(folder)/.s.PGSQL.5432".utf8)) }
            let bound = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(silence, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            try #require(bound == 0 && listen(silence, 1) == 0)
            let migration = try await Subprocess.start(
                Command(
                    program, ["migrate"],
                    environment: [
                        "SPECWRIGHT_OWNER_DATABASE_URL": "postgresql://nobody@/none?host=\(folder)",
                        "SPECWRIGHT_MIGRATIONS": TestCluster.repository + "/sql/migrations",
                    ], output: .file(folder + "/log")))
            var connection: Int32 = -1
            #expect(
                await eventually {
                    connection = accept(silence, nil, nil)
                    return connection >= 0 || migration.ending != nil
                })
            defer { close(connection) }
            migration.signal(SIGINT)
            #expect(await migration.wait() == .exited(128 + SIGINT))
        }
    }

    @Test func `says how it is used`() async throws {
        let help = try await Subprocess.run(Command(program, ["help"]))
        #expect(help.ending == .exited(0))
        #expect(help.output.contains("usage: specwright COMMAND"))
        let wrong = try await Subprocess.run(Command(program, ["fly"]))
        #expect(wrong.ending == .exited(2))
        #expect(wrong.output.contains("there is no command \"fly\""))
    }

    private func startIssuer(_ folder: String) async throws -> Subprocess {
        let addressFile = folder + "/address"
        let server = try await Subprocess.start(
            Command(
                program, ["development-issuer"],
                environment: ["SPECWRIGHT_ISSUER_KEYS": folder + "/keys", "SPECWRIGHT_ADDRESS_FILE": addressFile]))
        #expect(await eventually { access(addressFile, F_OK) == 0 || server.ending != nil })
        return server
    }
}
