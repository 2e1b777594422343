import Kernel
import Testing

@testable import Tokens

/// Remembering verified tokens: until they expire, and no more than so many.
struct ClaimsCacheTests {
    let signer = TestSigner()
    let clock = ManualClock()

    @Test func aTokenIsVerifiedOnce() async throws {
        let verifier = verifier(ScriptedFetcher(jwks(signer.jwk)), clock: clock)
        let token = signer.sign(goodClaims())
        let first = try await verifier.verify(token)
        let second = try await verifier.verify(token)
        #expect(first === second)
        #expect(verifier.cachedCount == 1)
    }

    @Test func expiryEndsIt() async {
        let verifier = verifier(ScriptedFetcher(jwks(signer.jwk)), clock: clock)
        let token = signer.sign(goodClaims { $0["exp"] = 1_800_000_100 })
        #expect(await refusal(of: token, by: verifier) == nil)
        clock.advance(.seconds(159))
        #expect(await refusal(of: token, by: verifier) == nil)
        clock.advance(.seconds(1))
        #expect(await refusal(of: token, by: verifier) == .expired)
    }

    @Test func refusedTokensAreNotKept() async {
        let verifier = verifier(ScriptedFetcher(jwks(signer.jwk)), clock: clock)
        #expect(await refusal(of: TestSigner().sign(goodClaims()), by: verifier) == .badSignature)
        #expect(await refusal(of: signer.sign(goodClaims { $0["aud"] = "x" }), by: verifier) == .wrongAudience)
        #expect(verifier.cachedCount == 0)
    }

    @Test func aBetterTwinDoesNotHelpAForgery() async {
        let verifier = verifier(ScriptedFetcher(jwks(signer.jwk)), clock: clock)
        let token = signer.sign(goodClaims())
        #expect(await refusal(of: token, by: verifier) == nil)
        let flipped = token.dropLast(4) + (token.hasSuffix("AAAA") ? "BBBA" : "AAAA")
        #expect(await refusal(of: String(flipped), by: verifier) == .badSignature)
    }

    @Test func theOldestGiveWay() async {
        let verifier = verifier(ScriptedFetcher(jwks(signer.jwk)), clock: clock, cacheLimit: 64)
        let tokens = (0..<400).map { index in signer.sign(goodClaims { $0["sub"] = .string("user-\(index)") }) }
        for token in tokens { #expect(await refusal(of: token, by: verifier) == nil) }
        #expect(verifier.cachedCount == 64)
        for token in tokens { #expect(await refusal(of: token, by: verifier) == nil) }
        #expect(verifier.cachedCount == 64)
    }
}
