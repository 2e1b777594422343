import Glibc
import HTTPClient
import Kernel
import Telemetry
import Testing
import Tokens

@testable import Service

/// The development issuer over real HTTP, verified the way the service verifies any issuer.
@Suite(.timeLimit(.minutes(1)))
struct IdentityIssuerTests {
    @Test func itsTokensVerify() async throws {
        try await withDirectory { directory in
            try await withIssuer(in: directory) { issuer in
                let answer = try await call(
                    "POST", issuer + "/token",
                    #"{"subject":"ada","email":"ada@example.org","name":"Ada","lifetime_seconds":120}"#)
                #expect(answer.status == 200)
                #expect(answer.json["token_type"] == "Bearer")
                #expect(answer.json["expires_in"] == 120)
                let token = try #require(answer.json["access_token"]?.string)
                let claims = try await verifier(of: issuer).verify(token)
                #expect(claims.issuer == issuer)
                #expect(claims.subject == "ada")
                #expect(claims.email == "ada@example.org" && claims.emailIsVerified)
                #expect(claims.name == "Ada")
                #expect(claims.expires - claims.issuedAt! == .seconds(120))
            }
        }
    }

    @Test func itDescribesItself() async throws {
        try await withDirectory { directory in
            let log = LogCapture()
            try await withIssuer(in: directory, sink: log.sink) { issuer in
                #expect(issuer.hasPrefix("http://127.0.0.1:"))
                let discovery = try await call("GET", issuer + "/.well-known/openid-configuration")
                #expect(discovery.json["issuer"]?.string == issuer)
                #expect(discovery.json["jwks_uri"]?.string == IdentityIssuer.jwksURL(of: issuer))
                #expect(discovery.json["notice"]?.string?.hasPrefix("Development") == true)
                #expect(discovery.label == "identity issuer")
                let keys = try await call("GET", IdentityIssuer.jwksURL(of: issuer))
                #expect(try JWKSet(parsing: keys.json.bytes).keys.count == 1)
                let token = try await token(from: issuer)
                #expect(log.lines.contains { $0.contains("development identity issuer") && $0.contains("warning") })
                #expect(!log.lines.contains { $0.contains(token) || $0.contains("PRIVATE") })
            }
        }
    }

    @Test func rotationKeepsOldTokensForTwoMore() async throws {
        try await withDirectory { directory in
            try await withIssuer(in: directory) { issuer in
                let first = try await token(from: issuer)
                for count in 2...3 {
                    let rotated = try await call("POST", issuer + "/rotate")
                    #expect(rotated.status == 200)
                    let newest = try await token(from: issuer)
                    #expect(try JWS(parsing: newest).header.keyID == rotated.json["kid"]?.string)
                    let keys = try await call("GET", IdentityIssuer.jwksURL(of: issuer))
                    #expect(keys.json["keys"]?.array?.count == count)
                    _ = try await verifier(of: issuer).verify(first)
                    _ = try await verifier(of: issuer).verify(newest)
                }
                _ = try await call("POST", issuer + "/rotate")
                await #expect(throws: TokenError.unknownKey) { try await verifier(of: issuer).verify(first) }
            }
        }
    }

    @Test func tokensOutliveARestart() async throws {
        try await withDirectory { directory in
            var port = 0
            var tokens: [String] = []
            try await withIssuer(in: directory) { issuer in
                port = try #require(issuer.split(separator: ":").last.flatMap { Int($0) })
                tokens.append(try await token(from: issuer))
                _ = try await call("POST", issuer + "/rotate")
                tokens.append(try await token(from: issuer))
            }
            try await withIssuer(in: directory, port: port) { issuer in
                for token in tokens { _ = try await verifier(of: issuer).verify(token) }
                // The key that signed last signs on.
                let next = try await token(from: issuer)
                #expect(try JWS(parsing: next).header.keyID == JWS(parsing: tokens[1]).header.keyID)
            }
        }
    }

    @Test func keysAreKeptForTheirOwnerAlone() async throws {
        try await withDirectory { directory in
            try await withIssuer(in: directory) { _ in }
            let path = directory + "/identity-issuer.pem"
            var facts = stat()
            stat(path, &facts)
            #expect(facts.st_mode & 0o777 == 0o600)
            chmod(path, 0o644)
            await #expect(throws: IdentityIssuerKeyFile.Failure.self) { try await withIssuer(in: directory) { _ in } }
        }
    }

    @Test(arguments: ["", "\n\n", "not a key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
    func aDamagedFileIsNotReplaced(_ content: String) async throws {
        try await withDirectory { directory in
            let path = directory + "/identity-issuer.pem"
            let file = try #require(fopen(path, "w"))
            fputs(content, file)
            fclose(file)
            chmod(path, 0o600)
            await #expect(throws: IdentityIssuerKeyFile.Failure.self) { try await withIssuer(in: directory) { _ in } }
        }
    }

    @Test func runEndsByCancellation() async throws {
        try await withDirectory { directory in
            let issuer = IdentityIssuer(
                configuration: IdentityIssuerConfiguration(directory: directory, audience: "specwright"),
                loops: loops, logger: Logger(component: "issuer", sink: .discard), metrics: Metrics())
            let (urls, continuation) = AsyncStream.makeStream(of: String.self)
            let task = Task { try await issuer.run { continuation.yield($0) } }
            var iterator = urls.makeAsyncIterator()
            let url = try #require(await iterator.next())
            _ = try await token(from: url)
            task.cancel()
            try await task.value
            await #expect(throws: HTTPClientError.self) { try await token(from: url) }
        }
    }
}
