import Kernel
import Testing

@testable import Tokens

/// libjwt signs, OpenSSL verifies.
struct TokenIssuerTests {
    private func verifier(_ issuer: TokenIssuer) -> TokenVerifier {
        TokenVerifier(
            issuers: [TrustedIssuer(issuer: issuer.issuer, audiences: ["specwright"], jwksURL: "")],
            fetch: ScriptedFetcher(issuer.jwks.bytes))
    }

    private func token(_ issuer: TokenIssuer, _ subject: String = "ada") throws -> String {
        try issuer.sign(subject: subject, audience: "specwright", lifetime: .seconds(60))
    }

    @Test func whatItSignsVerifies() async throws {
        let issuer = try TokenIssuer.generate(issuer: "http://127.0.0.1:1/")
        let text = "Zoë \"Z\" \\ 🦊 </script> \u{2028}"
        let token = try issuer.sign(
            subject: "ada", audience: "specwright", lifetime: .seconds(60),
            claims: ["name": .string(text), "n": 42, "list": [1, "two", nil], "iss": "https://evil.example"])
        let claims = try await verifier(issuer).verify(token)
        #expect(claims.issuer == "http://127.0.0.1:1/")
        #expect(claims.subject == "ada")
        #expect(claims.raw["name"]?.string == text)
        #expect(claims.raw["n"] == 42)
        #expect(claims.raw["list"] == [1, "two", nil])
        #expect(claims.expires - claims.issuedAt! == .seconds(60))
        let header = try JWS(parsing: token).header
        #expect(header.algorithm == .es256)
        #expect(header.keyID == issuer.keys[0].keyID)
    }

    /// One signature in 128 has an r or s with a leading zero byte, which must not shorten it.
    @Test func shortNumbersKeepTheirLength() async throws {
        let issuer = try TokenIssuer.generate(issuer: "i")
        let verifier = verifier(issuer)
        for index in 0..<600 {
            let token = try token(issuer, "user-\(index)")
            #expect(try JWS(parsing: token).signature.count == 64)
            #expect(await refusal(of: token, by: verifier) == nil)
        }
    }

    @Test func rotationKeepsOldTokensUntilTheirKeyIsDropped() async throws {
        var issuer = try TokenIssuer.generate(issuer: "i")
        let before = try token(issuer)
        let key = try issuer.rotate()
        let after = try token(issuer)
        #expect(try JWS(parsing: after).header.keyID == key.keyID)
        #expect(try JWS(parsing: before).header.keyID != key.keyID)
        #expect(await refusal(of: before, by: verifier(issuer)) == nil)
        #expect(await refusal(of: after, by: verifier(issuer)) == nil)
        issuer.keepNewest(1)
        #expect(await refusal(of: before, by: verifier(issuer)) == .unknownKey)
        #expect(await refusal(of: after, by: verifier(issuer)) == nil)
    }

    @Test func theJWKSHoldsNothingPrivate() throws {
        var issuer = try TokenIssuer.generate(issuer: "i")
        try issuer.rotate()
        let set = try JWKSet(parsing: issuer.jwks.bytes)
        #expect(set.keys.map(\.keyID) == issuer.keys.reversed().map(\.keyID))
        #expect(set.skipped.isEmpty)
        for key in issuer.jwks["keys"]!.array! {
            #expect(key.object!.keys.sorted() == ["alg", "crv", "kid", "kty", "use", "x", "y"])
        }
    }

    @Test func aKeySurvivesItsFile() throws {
        let key = try IssuerKey.generate()
        let again = try IssuerKey(pem: key.pem.value)
        #expect(again.keyID == key.keyID)
        #expect(again.jwk == key.jwk)
        #expect(!"\(key)".contains("PRIVATE") && !String(reflecting: key).contains("PRIVATE"))
    }

    @Test(arguments: ["", "not a key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
    func whatIsNoKeyIsRefused(_ text: String) {
        #expect(throws: IssuerKey.Unusable.self) { try IssuerKey(pem: Array(text.utf8)) }
    }
}
