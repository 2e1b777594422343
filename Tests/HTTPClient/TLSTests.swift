import Embedded
import EventLoop
import Glibc
import TestSupport
import Testing

@testable import HTTPClient

/// Against a TLS server with a certificate of its own making, for 127.0.0.1.
@Suite(.timeLimit(.minutes(1)))
struct TLSTests {
    private static let script = """
        import http.server, ssl, sys
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'
            def do_GET(self):
                self.send_response(200)
                self.send_header('Content-Length', '2')
                self.end_headers()
                self.wfile.write(b'ok')
            def log_message(self, *_):
                pass
        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1] + '/cert.pem', sys.argv[1] + '/key.pem')
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        print(server.server_port, flush=True)
        server.serve_forever()
        """

    private func withServer(_ body: (_ port: Int, _ certificate: String) async throws -> Void) async throws {
        try await withTemporaryFolder { try await serve(in: $0, body) }
    }

    private func serve(
        in folder: String, _ body: (_ port: Int, _ certificate: String) async throws -> Void
    ) async throws {
        let made = try await Subprocess.run(
            Command(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder + "/key.pem",
                    "-out", folder + "/cert.pem",
                ]))
        try #require(made.ending.isSuccess, "\(made.output)")
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let server = try await Subprocess.start(
            Command(
                "/usr/bin/python3", ["-c", Self.script, folder], output: .descriptor(ends[1]), deathSignal: .kill))
        close(ends[1])
        let output = ends[0]
        let line = try await BlockingPool(threads: 1).run {
            var line: [UInt8] = []
            var byte: UInt8 = 0
            while read(output, &byte, 1) == 1, byte != 10 { line.append(byte) }
            return String(decoding: line, as: UTF8.self)
        }
        defer { close(output) }
        do {
            try await body(try #require(Int(line), "\(line)"), folder + "/cert.pem")
            await server.terminate(SIGKILL)
        } catch {
            await server.terminate(SIGKILL)
            throw error
        }
    }

    @Test func certificatesAreVerified() async throws {
        try await withServer { port, certificate in
            let egress = EgressPolicy.allowing(hosts: ["127.0.0.1", "localhost"], plainHTTP: false)
            let trusting = HTTPClient(loops: loops, egress: egress, certificateAuthorities: certificate)
            let response = try await trusting.send(ClientRequest(url: "https://127.0.0.1:\(port)/"))
            #expect(try await response.body.collect(limit: 2) == Array("ok".utf8))
            // Another name than the certificate's, and a client that does not know its maker.
            let stranger = HTTPClient(loops: loops, egress: egress)
            for (client, host) in [(trusting, "localhost"), (stranger, "127.0.0.1")] {
                await #expect {
                    try await client.send(ClientRequest(url: "https://\(host):\(port)/"))
                } throws: {
                    if case .untrustedServer = $0 as? HTTPClientError { true } else { false }
                }
            }
        }
    }
}
