import EventLoop
import Glibc
import HTTPServer
import Telemetry
import Testing

@Suite struct UnixSocketTests {
    private let path = "/tmp/specwright-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).sock"

    private func server(_ loops: EventLoopGroup) -> HTTPServer {
        HTTPServer(
            configuration: HTTPServerConfiguration(unixPath: path), loops: loops,
            logger: Logger(component: "test", sink: .discard), metrics: Metrics()
        ) { request in .text(request.remoteAddress) }
    }

    @Test func servesOnAPath() async throws {
        let loops = EventLoopGroup(count: 1)
        let server = server(loops)
        #expect(try await server.start().path == path)
        let client = try RawClient(path: path)
        #expect(try await client.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").text == "unix")
        // A second server must not take the path from a living one.
        await #expect(throws: ListenError.self) { try await self.server(loops).start() }
        await server.drain(deadline: .zero)
        #expect(access(path, F_OK) != 0)
        loops.stop()
    }

    @Test func replacesASocketLeftBehind() async throws {
        let abandoned = try ListeningSocket.unix(path: path)
        Glibc.close(abandoned.descriptor)
        let loops = EventLoopGroup(count: 1)
        let server = server(loops)
        try await server.start()
        #expect(try await RawClient(path: path).exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status == 200)
        await server.drain(deadline: .zero)
        loops.stop()
    }

    @Test func leavesOrdinaryFilesAlone() async throws {
        let file = open(path, O_CREAT | O_WRONLY, 0o600)
        close(file)
        defer { unlink(path) }
        let loops = EventLoopGroup(count: 1)
        await #expect(throws: ListenError.self) { try await self.server(loops).start() }
        #expect(access(path, F_OK) == 0)
        loops.stop()
    }
}
