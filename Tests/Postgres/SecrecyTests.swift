import EventLoop
import Kernel
import Postgres
import Telemetry
import Testing

/// The connection string holds a password; nothing that leaves the layer may.
@Suite struct SecrecyTests {
    @Test(arguments: [
        "host=/nonexistent user=api password=hunter2", "postgresql://api:hunter2@127.0.0.1:1/nowhere",
        "user=api hunter2", "postgresql://api:hunter2%zz@localhost/x", "password='hunter2",
    ])
    func keepsThePasswordOutOfLogsAndErrors(conninfo: String) async throws {
        let loops = EventLoopGroup(count: 1)
        defer { loops.stop() }
        let log = LogCapture()
        var configuration = DatabaseConfiguration(conninfo: conninfo)
        configuration.acquireTimeout = .milliseconds(200)
        let database = Database(
            configuration: configuration, loops: loops, logger: Logger(component: "postgres", sink: log.sink))
        var said = "\(configuration) \(String(reflecting: configuration))"
        do {
            _ = try await database.read(.untenanted, "SELECT 1")
            Issue.record("expected no server")
        } catch {
            said += "\(error) \(String(reflecting: error))"
        }
        do {
            _ = try await AdminConnection.open(Redacted(conninfo))
            Issue.record("expected no server")
        } catch {
            said += "\(error) \(String(reflecting: error))"
        }
        await database.close()
        #expect(!log.lines.isEmpty)
        #expect(!(said + log.lines.joined()).contains("hunter2"))
    }
}
