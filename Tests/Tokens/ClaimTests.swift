import Kernel
import Testing

@testable import Tokens

/// Which claims are good enough. The clock stands at 1,800,000,000; a good token runs for an hour from then.
struct ClaimTests {
    let signer = TestSigner()
    let clock = ManualClock()

    private func refusal(_ change: (inout JSONObject) -> Void) async -> TokenError? {
        let verifier = verifier(ScriptedFetcher(jwks(signer.jwk)), clock: clock)
        return await TokensTests.refusal(of: signer.sign(goodClaims(change)), by: verifier)
    }

    @Test func goodTokensSayWhatTheySaid() async throws {
        let verifier = verifier(ScriptedFetcher(jwks(signer.jwk)), clock: clock)
        let claims = try await verifier.verify(
            signer.sign(
                goodClaims {
                    $0["email"] = "ada@example.org"
                    $0["email_verified"] = true
                    $0["name"] = "Ada Lovelace"
                    $0["tenant"] = "t"
                }))
        #expect(claims.issuer == "https://issuer.example")
        #expect(claims.subject == "user-1")
        #expect(claims.audience == ["specwright"])
        #expect(claims.expires == Timestamp(seconds: 1_800_003_600))
        #expect(claims.email == "ada@example.org")
        #expect(claims.emailIsVerified)
        #expect(claims.name == "Ada Lovelace")
        #expect(claims.raw["tenant"] == "t")
    }

    @Test func displayClaimsAreTakenOnlyWhereUsable() async throws {
        let verifier = verifier(ScriptedFetcher(jwks(signer.jwk)), clock: clock)
        for value: JSON in [1, "", ["a"], "a\nb", "a\u{0}b", .string(String(repeating: "x", count: 400))] {
            let claims = try await verifier.verify(
                signer.sign(
                    goodClaims {
                        $0["email"] = value
                        $0["name"] = value
                        $0["email_verified"] = "true"
                    }))
            #expect(claims.email == nil && claims.name == nil && !claims.emailIsVerified)
        }
    }

    @Test func issuersAreComparedByteForByte() async {
        for issuer in [
            "https://issuer.example/", "https://Issuer.example", "http://issuer.example", "https://issuer.example.evil",
            "https://issuer.example\u{200D}",
        ] {
            #expect(await refusal { $0["iss"] = .string(issuer) } == .untrustedIssuer)
        }
        #expect(await refusal { $0["iss"] = nil } == .missingClaim(.issuer))
        #expect(await refusal { $0["iss"] = 1 } == .invalidClaim(.issuer))
        #expect(await refusal { $0["iss"] = ["https://issuer.example"] } == .invalidClaim(.issuer))
    }

    /// Swift's `==` takes composed and decomposed accents for the same text; identities must not.
    @Test func canonicallyEquivalentNamesAreOtherNames() throws {
        let rules = ClaimRules(audiences: ["caf\u{E9}"])
        let claims = try Claims(
            parsing: JSON.object(goodClaims { $0["aud"] = "cafe\u{301}" }).bytes)
        #expect(claims.audience == ["caf\u{E9}"])
        #expect(throws: TokenError.wrongAudience) { try rules.check(claims, at: clock.now) }
    }

    @Test func audiences() async {
        #expect(await refusal { $0["aud"] = ["x", "other"] } == nil)
        #expect(await refusal { $0["aud"] = "other" } == nil)
        #expect(await refusal { $0["aud"] = "specwrigh" } == .wrongAudience)
        #expect(await refusal { $0["aud"] = ["x"] } == .wrongAudience)
        #expect(await refusal { $0["aud"] = "" } == .wrongAudience)
        #expect(await refusal { $0["aud"] = [] } == .invalidClaim(.audience))
        #expect(await refusal { $0["aud"] = ["specwright", 1] } == .invalidClaim(.audience))
        #expect(await refusal { $0["aud"] = ["specwright": true] } == .invalidClaim(.audience))
        #expect(await refusal { $0["aud"] = nil } == .missingClaim(.audience))
    }

    @Test func expiry() async {
        #expect(await refusal { $0["exp"] = nil } == .missingClaim(.expiry))
        #expect(await refusal { $0["exp"] = 1_799_999_941 } == nil)
        #expect(await refusal { $0["exp"] = 1_799_999_940 } == .expired)
        #expect(await refusal { $0["exp"] = .number(1_799_999_940.5) } == nil)
        #expect(await refusal { $0["exp"] = 0 } == .expired)
        #expect(await refusal { $0["exp"] = -1 } == .invalidClaim(.expiry))
        #expect(await refusal { $0["exp"] = "1800003600" } == .invalidClaim(.expiry))
        #expect(await refusal { $0["exp"] = .number(1e300) } == .invalidClaim(.expiry))
        #expect(await refusal { $0["exp"] = 9_223_372_036_854_775_807 } == .invalidClaim(.expiry))
    }

    @Test func startOfValidity() async {
        #expect(await refusal { $0["nbf"] = 1_800_000_060 } == nil)
        #expect(await refusal { $0["nbf"] = 1_800_000_061 } == .notYetValid)
        #expect(await refusal { $0["nbf"] = "soon" } == .invalidClaim(.notBefore))
        #expect(await refusal { $0["iat"] = 1_800_000_060 } == nil)
        #expect(await refusal { $0["iat"] = 1_800_000_061 } == .notYetValid)
        #expect(await refusal { $0["iat"] = true } == .invalidClaim(.issuedAt))
        #expect(await refusal { $0["iat"] = nil } == nil)
    }

    @Test func subjects() async {
        #expect(await refusal { $0["sub"] = nil } == .missingClaim(.subject))
        for value: JSON in [1, "", "a\u{0}b", "a\nb", .string(String(repeating: "x", count: 256)), .null] {
            #expect(await refusal { $0["sub"] = value } == .invalidClaim(.subject))
        }
        #expect(await refusal { $0["sub"] = .string(String(repeating: "x", count: 255)) } == nil)
    }
}
