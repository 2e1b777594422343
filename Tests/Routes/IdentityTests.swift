import EventLoop
import HTTPClient
import HTTPServer
import Kernel
import ServiceHarness
import Synchronization
import Telemetry
import TestSupport
import Testing
import Tokens

@testable import Service

/// Tokens as Supabase, Auth0, Clerk and Keycloak document them, signed by issuers of the tests' own that are asked over
/// HTTP, with the configuration that `docs/identity.md` shows.
@Suite(.timeLimit(.minutes(5)))
struct IdentityTests {
    /// What a provider publishes, known once it has its port.
    private final class Published: Sendable {
        private let held = Mutex<(keys: JSON, document: JSON)>((.null, .null))
        var keys: JSON { held.withLock { $0.keys } }
        var document: JSON { held.withLock { $0.document } }
        func set(keys: JSON, document: JSON) { held.withLock { $0 = (keys, document) } }
    }

    /// An identity provider with its keys and its discovery document on a port of its own.
    private struct Provider: Sendable {
        let url: String
        let signer: TokenIssuer
        private let server: HTTPServer

        /// - Parameter path: of the issuer below the server, as realms and projects have one.
        static func start(
            path: String = "", jwks: String, sayingIssuer: String? = nil, log: LogSink = .discard
        ) async throws -> Provider {
            let box = Published()
            var router = Router()
            router.on(.get, path + "/.well-known/openid-configuration") { _ in .json(box.document) }
            router.on(.get, path + jwks) { _ in .json(box.keys) }
            let server = HTTPServer(
                configuration: HTTPServerConfiguration(), loops: TestDatabase.loops,
                logger: Logger(component: "issuer", sink: log), metrics: Metrics(), handler: router.handler)
            let url = "http://127.0.0.1:\(try await server.start().port)\(path)"
            let signer = try TokenIssuer.generate(issuer: url)
            box.set(
                keys: signer.jwks, document: ["issuer": .string(sayingIssuer ?? url), "jwks_uri": .string(url + jwks)])
            return Provider(url: url, signer: signer, server: server)
        }

        func stop() async { await server.drain(deadline: .zero) }

        func token(_ claims: JSONObject, issuer: String? = nil) throws -> String {
            var payload = claims
            payload["iss"] = .string(issuer ?? url)
            payload["iat"] = .integer(Timestamp.now.seconds)
            payload["exp"] = .integer(Timestamp.now.seconds + 600)
            return try signer.sign(payload)
        }
    }

    private static func verifier(_ yaml: String) throws -> TokenVerifier {
        let client = HTTPClient(
            loops: TestDatabase.loops, egress: .allowing(hosts: ["127.0.0.1"], plainHTTP: true))
        return TokenVerifier(
            issuers: try IdentityFile.read(Array(yaml.utf8), file: "identity.yaml"),
            fetch: HTTPJWKSFetcher(client: client))
    }

    private static func with(
        _ verifier: TokenVerifier, _ body: @Sendable (TestService) async throws -> Void
    ) async throws {
        try await TestService.with({
            $0.works = false
            $0.verifier = verifier
        }) { service in try await body(service) }
    }

    /// https://supabase.com/docs/guides/auth/jwt-fields
    private static let supabase: JSONObject = [
        "aud": "authenticated", "sub": "123e4567-e89b-12d3-a456-426614174000", "role": "authenticated",
        "aal": "aal1", "session_id": "123e4567-e89b-12d3-a456-426614174001", "email": "ada@example.com", "phone": "",
        "is_anonymous": false, "amr": [["method": "password", "timestamp": 1_640_991_600]],
        "app_metadata": ["provider": "email", "providers": ["email"]],
        "user_metadata": ["full_name": "Ada L.", "email_verified": true],
    ]
    /// https://auth0.com/docs/secure/tokens/access-tokens, with claims that a post-login action adds.
    private static let auth0: JSONObject = [
        "sub": "auth0|507f1f77bcf86cd799439011",
        "aud": ["https://api.specwright.example", "https://tenant.eu.auth0.com/userinfo"],
        "azp": "my_client_id", "scope": "openid profile email", "https://specwright.example/email": "ada@example.com",
        "https://specwright.example/email_verified": true, "https://specwright.example/name": "Ada L.",
    ]
    /// https://clerk.com/docs/guides/sessions/session-tokens, customised with email and name.
    private static let clerk: JSONObject = [
        "azp": "https://app.example.com", "fva": [7, -1], "jti": "a1", "nbf": 1_640_991_600, "pla": "u:free",
        "sid": "sess_123", "sts": "active", "sub": "user_123", "v": 2, "email": "ada@example.com",
        "email_verified": true, "name": "Ada L.",
    ]
    /// An access token of Keycloak 26 with an audience mapper.
    private static let keycloak: JSONObject = [
        "jti": "onrtac:1", "aud": ["specwright", "account"], "sub": "f0a3-1", "typ": "Bearer", "azp": "web",
        "sid": "s1", "acr": "1", "realm_access": ["roles": ["offline_access"]], "scope": "openid email profile",
        "email_verified": true, "name": "Ada L.", "preferred_username": "ada", "email": "ada@example.com",
    ]

    @Test func `tokens of the documented shapes let people in, each with what it tells`() async throws {
        let supabase = try await Provider.start(path: "/auth/v1", jwks: "/.well-known/jwks.json")
        let auth0 = try await Provider.start(jwks: "/.well-known/jwks.json", sayingIssuer: nil)
        let clerk = try await Provider.start(jwks: "/.well-known/jwks.json")
        let keycloak = try await Provider.start(path: "/realms/demo", jwks: "/protocol/openid-connect/certs")
        let verifier = try Self.verifier(
            """
            issuers:
              - preset: supabase
                issuer: \(supabase.url)
              - preset: auth0
                issuer: \(auth0.url)
                audience: https://api.specwright.example
                claims:
                  email: https://specwright.example/email
                  email_verified: https://specwright.example/email_verified
                  name: https://specwright.example/name
              - preset: clerk
                issuer: \(clerk.url)
                audience: https://app.example.com
              - preset: keycloak
                issuer: \(keycloak.url)
                audience: specwright
            """)
        try await Self.with(verifier) { service in
            let people = [
                (supabase, Self.supabase, false), (auth0, Self.auth0, true), (clerk, Self.clerk, true),
                (keycloak, Self.keycloak, true),
            ]
            for (provider, claims, isVerified) in people {
                let me = try await service.client(token: try provider.token(claims)).get("/api/me")
                #expect(me.status == 200, "\(me.text)")
                #expect(me["issuer"].string == provider.url && me["subject"] == claims["sub"])
                #expect(me["email"] == "ada@example.com" && me["name"] == "Ada L.", "\(me.text)")
                let verified = try await service.count(
                    "SELECT count(*) FROM profiles WHERE issuer = '\(provider.url)' AND email_verified")
                #expect(verified == (isVerified ? 1 : 0), "\(provider.url)")
            }
            #expect(try await service.count("SELECT count(DISTINCT user_id) FROM profiles") == 4)

            // What must not be taken for one of them.
            let refused: [(Provider, JSONObject, String, JSON?)] = [
                (supabase, Self.supabase, "is_anonymous", true), (supabase, Self.supabase, "role", "service_role"),
                (supabase, Self.supabase, "aud", "anon"), (auth0, Self.auth0, "aud", "my_client_id"),
                (auth0, Self.auth0, "aud", nil), (clerk, Self.clerk, "azp", "https://evil.example.com"),
                (clerk, Self.clerk, "azp", nil), (keycloak, Self.keycloak, "typ", "ID"),
                (keycloak, Self.keycloak, "aud", "account"), (keycloak, Self.keycloak, "sub", nil),
            ]
            for (provider, claims, name, value) in refused {
                var claims = claims
                claims[name] = value
                let reply = try await service.client(token: try provider.token(claims)).get("/api/me")
                #expect(reply.status == 401, "\(name) = \(value?.text ?? "none")")
            }
            // One issuer's key does not sign for another.
            let crossed = try clerk.token(Self.keycloak, issuer: keycloak.url)
            #expect(try await service.client(token: crossed).get("/api/me").status == 401)
        }
        for provider in [supabase, auth0, clerk, keycloak] { await provider.stop() }
    }

    @Test func `the same subject at two issuers is two people`() async throws {
        let (one, two) = (
            try await Provider.start(jwks: "/keys"), try await Provider.start(jwks: "/keys")
        )
        let verifier = try Self.verifier(
            """
            issuers:
              - { issuer: "\(one.url)", audience: [specwright, other], jwks_url: "\(one.url)/keys" }
              - { issuer: "\(two.url)", audience: specwright }
            """)
        try await Self.with(verifier) { service in
            let claims: JSONObject = ["sub": "ada", "aud": "specwright"]
            let clients = try [one, two].map { service.client(token: try $0.token(claims)) }
            let made = try await clients[0].post("/api/features", ["title": "One's"])
            #expect(made.status == 201)
            #expect(try await clients[1].get("/api/features").items.isEmpty)
            #expect(try await clients[1].get("/api/features/\(made["id"].string ?? "")").status == 404)
            let ids = try await [clients[0].get("/api/me")["user_id"], clients[1].get("/api/me")["user_id"]]
            #expect(ids[0] != ids[1])
        }
        for provider in [one, two] { await provider.stop() }
    }

    @Test func `a discovery document of another issuer is not believed`() async throws {
        let provider = try await Provider.start(jwks: "/keys", sayingIssuer: "https://other.example")
        let verifier = try Self.verifier("issuers: [{ issuer: \"\(provider.url)\", audience: specwright }]")
        try await Self.with(verifier) { service in
            let token = try provider.token(["sub": "ada", "aud": "specwright"])
            let reply = try await service.client(token: token).get("/api/me")
            #expect(reply.status == 503 && reply["detail"].string?.contains("issuer cannot be reached") == true)
        }
        await provider.stop()
    }

    @Test(arguments: [
        ("issuers: [{ issuer: \"https://a.example\" }]", "\"audience\" is missing"),
        ("issuers: [{ preset: okta, issuer: \"https://a.example\", audience: x }]", "no preset \"okta\""),
        ("issuers: [{ issuer: a.example, audience: x }]", "is not a URL"),
        (
            "issuers: [{ issuer: \"https://a\", audience: x, jwks_url: \"https://a/k\", discovery_url: \"https://a/d\" }]",
            "not both"
        ),
        ("issuers: [{ issuer: \"https://a\", audience: x }, { issuer: \"https://a\", audience: y }]", "there twice"),
        ("issuers: [{ issuer: \"https://a\", audience: x, jwks: y }]", "\"jwks\" is not a key"),
        ("issuers: []", "issuers"),
    ])
    func `a file that would not do says where and why`(_ yaml: String, _ reason: String) {
        #expect {
            try IdentityFile.read(Array(yaml.utf8), file: "identity.yaml")
        } throws: { error in
            "\(error)".contains(reason) && "\(error)".contains("identity.yaml")
        }
    }

    @Test func `the file and the three variables exclude each other`() throws {
        var settings = Settings(environment: [
            "SPECWRIGHT_IDENTITY": "/nowhere/identity.yaml", "SPECWRIGHT_ISSUER": "https://a.example",
        ])
        #expect(settings.issuers().isEmpty)
        #expect(settings.problems.contains { $0.contains("SPECWRIGHT_ISSUER") })
        #expect(settings.problems.contains { $0.contains("/nowhere/identity.yaml") })
    }

    @Test func `the file in docs is one that can be read`() throws {
        let text = String(decoding: try readFile(TestCluster.repository + "/docs/identity.md"), as: UTF8.self)
        let blocks = text.split(separator: "```yaml\n").dropFirst().compactMap { $0.split(separator: "```").first }
        #expect(blocks.count >= 4)
        for block in blocks {
            _ = try IdentityFile.read(Array("issuers:\n\(block)".utf8), file: "docs/identity.md")
        }
    }
}
