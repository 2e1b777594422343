import EventLoop
import HTTPClient
import HTTPServer
import Kernel
import Telemetry
import Testing

@testable import Tokens

/// Keys fetched over real HTTP, from servers that answer as they should not.
@Suite(.timeLimit(.minutes(1)))
struct HTTPJWKSFetcherTests {
    private func withFetcher(
        egress: EgressPolicy = .allowing(hosts: ["127.0.0.1"], plainHTTP: true),
        body: (HTTPJWKSFetcher, String) async throws -> Void
    ) async throws {
        let signer = TestSigner()
        var router = Router()
        router.on(.get, "/jwks") { _ in .json(["keys": [signer.jwk]]) }
        router.on(.get, "/gone") { _ in .json(status: 404, ["keys": [signer.jwk]]) }
        router.on(.get, "/moved") { _ in Response(status: 302, headers: HTTPHeaders([("Location", "/jwks")])) }
        router.on(.get, "/large") { _ in
            Response(body: .bytes([UInt8](repeating: 0x20, count: JWKSet.maximumBytes + 1)))
        }
        router.on(.get, "/endless") { _ in
            Response(
                body: .stream(contentLength: nil) { writer in
                    while true { try await writer.write([UInt8](repeating: 0x20, count: 65_536)) }
                })
        }
        let loops = EventLoopGroup(count: 1)
        let server = HTTPServer(
            configuration: HTTPServerConfiguration(), loops: loops, logger: Logger(component: "test", sink: .discard),
            metrics: Metrics(), handler: router.handler)
        let port = try await server.start().port
        let fetcher = HTTPJWKSFetcher(client: HTTPClient(loops: loops, egress: egress))
        do { try await body(fetcher, "http://127.0.0.1:\(port)") } catch {
            await server.drain(deadline: .zero)
            throw error
        }
        await server.drain(deadline: .zero)
    }

    @Test func keysArrive() async throws {
        try await withFetcher { fetcher, url in
            let set = try JWKSet(parsing: try await fetcher.fetch(url + "/jwks"))
            #expect(set.keys.count == 1)
        }
    }

    @Test(arguments: ["/gone", "/moved", "/nothing"]) func onlyAPlainAnswerCounts(_ path: String) async throws {
        try await withFetcher { fetcher, url in
            await #expect(throws: HTTPJWKSFetcher.UnexpectedStatus.self) { try await fetcher.fetch(url + path) }
        }
    }

    @Test(arguments: ["/large", "/endless"]) func bodiesAreBounded(_ path: String) async throws {
        try await withFetcher { fetcher, url in
            await #expect(throws: HTTPClientError.self) { try await fetcher.fetch(url + path) }
        }
    }

    @Test func theEgressPolicyHolds() async throws {
        try await withFetcher(egress: .publicOnly) { fetcher, url in
            await #expect(throws: HTTPClientError.self) { try await fetcher.fetch(url + "/jwks") }
        }
    }
}
