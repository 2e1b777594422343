import HTTPServer
import Kernel
import Telemetry
import Testing

@Suite struct RecordTests {
    @Test func logsEachRequestWithoutWhatMayBeSecret() async throws {
        let log = LogCapture()
        var router = Router()
        router.on(.get, "/things/{id}") { _ in .text("thing") }
        try await withServer(router.handler, logger: Logger(component: "http", sink: log.sink)) { server in
            let reply = try await server.connect().exchange(
                "GET /things/secret-id?token=secret-query HTTP/1.1\r\nHost: x\r\nAuthorization: secret-header\r\n\r\n")
            // The line is written once the answer is on its way.
            await eventually { !log.lines.isEmpty }
            let line = try #require(log.lines.first)
            #expect(!line.contains("secret"))
            let record = try JSON(parsing: line)
            #expect(record["component"] == "http")
            #expect(record["message"] == "request")
            #expect(record["method"] == "GET")
            #expect(record["route"] == "/things/{id}")
            #expect(record["status"] == 200)
            #expect(try #require(record["ms"]?.number) >= 0)
            #expect(try #require(record["bytes"]?.integer) > 5)
            #expect(record["request_id"]?.string == reply["x-request-id"])
        }
    }

    @Test func isSilentWhenToldSo() async throws {
        let log = LogCapture()
        try await withServer(
            { _ in .text("ok") }, logger: Logger(component: "http", level: .debug, sink: log.sink),
            configure: { $0.accessLog = nil }
        ) { server in
            let answered = try await server.connect().exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            let refused = try await server.connect().exchange("nonsense\r\n\r\n")
            #expect(answered.status == 200)
            #expect(refused.status == 400)
            #expect(log.lines.isEmpty)
        }
    }

    @Test func countsRequests() async throws {
        var router = Router()
        router.on(.get, "/things/{id}") { request in
            if request.path == "/things/0" { throw Problem.notFound("thing") }
            return .text("thing")
        }
        try await withServer(router.handler) { server in
            let client = try server.connect()
            for path in ["/things/1", "/things/2", "/things/0", "/nowhere"] {
                _ = try await client.exchange("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
            }
            let other = try server.connect()
            _ = try await other.exchange("nonsense\r\n\r\n")
            other.close()
            let expected = [
                #"http_requests_total{route="/things/{id}",method="GET",status="2xx"} 2"#,
                #"http_requests_total{route="/things/{id}",method="GET",status="4xx"} 1"#,
                #"http_requests_total{route="none",method="GET",status="4xx"} 1"#,
                #"http_request_seconds_count{route="/things/{id}",method="GET"} 3"#,
                #"http_refused_total{status="400"} 1"#, "http_open_connections 1", "http_open_streams 0",
            ]
            await eventually { expected.allSatisfy { server.metricsText.contains($0 + "\n") } }
            let text = server.metricsText
            for line in expected { #expect(text.contains(line + "\n"), "\(line)") }
        }
    }
}
