import EventLoop
import Glibc
import HTTPClient
import Kernel
import Telemetry
import Testing
import Tokens

@testable import Service

let loops = EventLoopGroup(count: 2, name: "test")
let client = HTTPClient(loops: loops, egress: .allowing(hosts: ["127.0.0.1", "localhost"], plainHTTP: true))

/// A folder of its own for each test.
func withDirectory(_ body: (String) async throws -> Void) async throws {
    var template = Array("/tmp/specwright-issuer-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    let directory = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    func remove() {
        unlink(directory + "/identity-issuer.pem")
        rmdir(directory)
    }
    do { try await body(directory) } catch {
        remove()
        throw error
    }
    remove()
}

func withIssuer(
    in directory: String, port: Int = 0, sink: LogSink = .discard, body: (String) async throws -> Void
) async throws {
    let issuer = IdentityIssuer(
        configuration: IdentityIssuerConfiguration(port: port, directory: directory, audience: "specwright"),
        loops: loops, logger: Logger(component: "issuer", sink: sink), metrics: Metrics())
    let url = try await issuer.start()
    do { try await body(url) } catch {
        await issuer.stop()
        throw error
    }
    await issuer.stop()
}

func verifier(of issuer: String) -> TokenVerifier {
    TokenVerifier(
        issuers: [
            TrustedIssuer(
                issuer: issuer, audiences: ["specwright"], jwksURL: IdentityIssuer.jwksURL(of: issuer))
        ],
        fetch: HTTPJWKSFetcher(client: client))
}

struct Answer {
    let status: Int
    let json: JSON
    let label: String?
}

func call(
    _ method: String, _ url: String, _ body: String? = nil, headers: [(String, String)] = []
) async throws -> Answer {
    let type = body == nil || headers.contains { $0.0 == "Content-Type" } ? [] : [("Content-Type", "application/json")]
    let response = try await client.send(
        ClientRequest(
            method: method, url: url, headers: headers + type, body: body.map { .bytes(Array($0.utf8)) } ?? .empty))
    let bytes = try await response.body.collect(limit: 65_536)
    return Answer(
        status: response.status, json: try JSON(parsing: bytes), label: response.header("x-development-only"))
}

func token(from issuer: String, _ body: String = #"{"subject":"ada"}"#) async throws -> String {
    let answer = try await call("POST", issuer + "/token", body)
    return try #require(answer.json["access_token"]?.string)
}
