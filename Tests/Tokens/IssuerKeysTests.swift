import Kernel
import Synchronization
import Testing

@testable import Tokens

/// Fetching, rotating and losing an issuer's keys.
@Suite(.timeLimit(.minutes(1)))
struct IssuerKeysTests {
    let old = TestSigner(keyID: "old")
    let new = TestSigner(keyID: "new")
    let clock = ManualClock()

    private func token(_ signer: TestSigner, _ subject: String = "s") -> String {
        signer.sign(
            goodClaims {
                $0["sub"] = .string(subject); $0["exp"] = 1_900_000_000
            })
    }

    @Test func everybodyWaitsForOneFetch() async {
        let fetcher = ScriptedFetcher(jwks(old.jwk))
        let verifier = verifier(fetcher, clock: clock)
        fetcher.hold()
        await withTaskGroup(of: TokenError?.self) { group in
            for index in 0..<100 {
                let token = token(old, "user-\(index)")
                group.addTask { await refusal(of: token, by: verifier) }
            }
            await fetcher.heldFetch()
            fetcher.release()
            for await refusal in group { #expect(refusal == nil) }
        }
        #expect(fetcher.count == 1)
        #expect(verifier.cachedCount == 100)
    }

    @Test func unknownKeysAreAskedForRarely() async {
        let fetcher = ScriptedFetcher(jwks(old.jwk))
        let verifier = verifier(fetcher, clock: clock)
        #expect(await refusal(of: token(old), by: verifier) == nil)
        for _ in 0..<20 { #expect(await refusal(of: token(new), by: verifier) == .unknownKey) }
        #expect(fetcher.count == 1)
        clock.advance(.seconds(30))
        for _ in 0..<20 { #expect(await refusal(of: token(new), by: verifier) == .unknownKey) }
        #expect(fetcher.count == 2)
    }

    @Test func aRotatedKeyIsFoundAtOnce() async {
        let fetcher = ScriptedFetcher(jwks(old.jwk))
        let verifier = verifier(fetcher, clock: clock)
        #expect(await refusal(of: token(old), by: verifier) == nil)
        clock.advance(.seconds(30))
        fetcher.set(jwks(new.jwk, old.jwk))
        #expect(await refusal(of: token(new), by: verifier) == nil)
        #expect(await refusal(of: token(old, "another"), by: verifier) == nil)
        #expect(fetcher.count == 2)
    }

    /// A cached verdict does not outlive the key that it rests on.
    @Test func aWithdrawnKeyEndsItsTokens() async {
        let fetcher = ScriptedFetcher(jwks(old.jwk, new.jwk))
        let verifier = verifier(fetcher, clock: clock)
        #expect(await refusal(of: token(old), by: verifier) == nil)
        fetcher.set(jwks(new.jwk))
        clock.advance(.seconds(601))
        #expect(await refusal(of: token(old), by: verifier) == .unknownKey)
        #expect(await refusal(of: token(new), by: verifier) == nil)
    }

    @Test func keysServeOnWhileTheIssuerIsDown() async {
        let fetcher = ScriptedFetcher(jwks(old.jwk))
        let reports = Mutex<[String]>([])
        let verifier = verifier(fetcher, clock: clock) { report in
            reports.withLock { list in
                switch report {
                case .fetched(_, let keys, _): list.append("fetched \(keys)")
                case .failed: list.append("failed")
                }
            }
        }
        #expect(await refusal(of: token(old), by: verifier) == nil)
        fetcher.set(nil)
        clock.advance(.seconds(3_600))
        #expect(await refusal(of: token(old), by: verifier) == nil)
        #expect(await refusal(of: token(old, "another"), by: verifier) == nil)
        #expect(reports.withLock { $0 } == ["fetched 1", "failed"])
        clock.advance(.seconds(86_400))
        #expect(await refusal(of: token(old), by: verifier) == .keysUnavailable)
        fetcher.set(jwks(old.jwk))
        clock.advance(.seconds(30))
        #expect(await refusal(of: token(old), by: verifier) == nil)
    }

    @Test func withoutKeysNothingVerifiesAndTheFaultIsNotTheTokens() async {
        let fetcher = ScriptedFetcher(nil)
        let verifier = verifier(fetcher, clock: clock)
        for _ in 0..<5 { #expect(await refusal(of: token(old), by: verifier) == .keysUnavailable) }
        #expect(fetcher.count == 1)
        fetcher.set(Array("no keys here".utf8))
        clock.advance(.seconds(2))
        #expect(await refusal(of: token(old), by: verifier) == .keysUnavailable)
        fetcher.set(jwks(old.jwk))
        clock.advance(.seconds(2))
        #expect(await refusal(of: token(old), by: verifier) == nil)
        #expect(fetcher.count == 3)
    }

    @Test func strangersCauseNoFetch() async {
        let fetcher = ScriptedFetcher(jwks(old.jwk))
        let verifier = verifier(fetcher, clock: clock)
        let foreign = old.sign(goodClaims { $0["iss"] = "https://evil.example" })
        #expect(await refusal(of: foreign, by: verifier) == .untrustedIssuer)
        #expect(await refusal(of: "not a token", by: verifier) == .malformed)
        #expect(fetcher.count == 0)
    }

    /// One issuer's key does not vouch for another issuer's name.
    @Test func issuersDoNotVouchForEachOther() async {
        struct ByURL: JWKSFetcher {
            let bodies: [String: [UInt8]]
            func fetch(_ url: String) async throws -> [UInt8] { bodies[url]! }
        }
        let verifier = TokenVerifier(
            issuers: [
                TrustedIssuer(issuer: "https://a", audiences: ["specwright"], jwksURL: "a"),
                TrustedIssuer(issuer: "https://b", audiences: ["specwright"], jwksURL: "b"),
            ],
            fetch: ByURL(bodies: ["a": jwks(old.jwk), "b": jwks(new.jwk)]), clock: clock)
        #expect(await refusal(of: old.sign(goodClaims { $0["iss"] = "https://a" }), by: verifier) == nil)
        #expect(await refusal(of: old.sign(goodClaims { $0["iss"] = "https://b" }), by: verifier) == .unknownKey)
    }
}
