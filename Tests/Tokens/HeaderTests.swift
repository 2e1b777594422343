import Kernel
import Testing

@testable import Tokens

/// What a token may and may not look like before its claims are weighed.
struct HeaderTests {
    let signer = TestSigner()

    private func refusal(header: String, payload: String? = nil) async -> TokenError? {
        await refusal(of: signer.sign(header: header, payload: payload ?? JSON.object(goodClaims()).text))
    }

    private func refusal(of token: String) async -> TokenError? {
        await TokensTests.refusal(of: token, by: verifier(ScriptedFetcher(jwks(signer.jwk))))
    }

    @Test(arguments: ["JWT", "jwt", "at+jwt", "AT+JWT", "application/jwt", "application/at+jwt", "Application/AT+JWT"])
    func typesOfTokens(_ type: String) async {
        #expect(await refusal(header: #"{"alg":"EdDSA","kid":"k1","typ":"\#(type)"}"#) == nil)
    }

    @Test(arguments: ["JOSE", "JWE", "dpop+jwt", "secevent+jwt", "", "application/application/jwt", "text/jwt"])
    func otherTypes(_ type: String) async {
        #expect(await refusal(header: #"{"alg":"EdDSA","kid":"k1","typ":"\#(type)"}"#) == .unsupportedType)
    }

    @Test func typeIsOptional() async {
        #expect(await refusal(header: #"{"alg":"EdDSA","kid":"k1"}"#) == nil)
    }

    @Test(arguments: ["none", "None", "NONE", "HS256", "HS384", "HS512", "ES256K", "RSA-OAEP", "eddsa", ""])
    func algorithmsThatAreNotKnown(_ algorithm: String) async {
        #expect(await refusal(header: #"{"alg":"\#(algorithm)","kid":"k1"}"#) == .unsupportedAlgorithm)
    }

    @Test func algorithmsThatAreNotTheKeys() async {
        for algorithm in JWSAlgorithm.allCases where algorithm != .edDSA {
            #expect(await refusal(header: #"{"alg":"\#(algorithm.rawValue)","kid":"k1"}"#) == .unsupportedAlgorithm)
        }
    }

    @Test(arguments: [
        #""crit":["exp"]"#, #""crit":[]"#, #""crit":null"#, #""b64":false"#, #""b64":true"#,
        #""crit":["b64"],"b64":false"#,
    ])
    func extensionsAreRefused(_ member: String) async {
        #expect(await refusal(header: #"{"alg":"EdDSA","kid":"k1",\#(member)}"#) == .unsupportedExtension)
    }

    /// A token that brings its own key is judged by the issuer's keys all the same.
    @Test func keysInTheHeaderAreIgnored() async {
        let mallory = TestSigner(keyID: "k1")
        let own = #""jwk":\#(mallory.jwk.text),"jku":"https://evil.example","x5u":"https://evil.example","x5c":["AA"]"#
        let header = #"{"alg":"EdDSA","kid":"k1",\#(own)}"#
        #expect(await refusal(header: header) == nil)
        let forged = mallory.sign(header: header, payload: JSON.object(goodClaims()).text)
        #expect(await refusal(of: forged) == .badSignature)
        let unnamed = mallory.sign(
            header: #"{"alg":"EdDSA",\#(own)}"#, payload: JSON.object(goodClaims()).text)
        #expect(await refusal(of: unnamed) == .badSignature)
    }

    @Test(arguments: [
        #"{"alg":"EdDSA","alg":"EdDSA","kid":"k1"}"#, #"{"alg":"none","\u0061lg":"EdDSA","kid":"k1"}"#,
        #"{"alg":"EdDSA","kid":1}"#, #"{"alg":"EdDSA","kid":null}"#, #"{"alg":["EdDSA"],"kid":"k1"}"#, #"{"kid":"k1"}"#,
        #"{"alg":"EdDSA","kid":"k1","typ":1}"#, #"["EdDSA"]"#, #"{"alg":"EdDSA","kid":"k1"} x"#, "", "EdDSA",
        "{\"alg\":\"EdDSA\",\"kid\":\"k\u{0}1\"}",
    ])
    func headersThatAreNoHeaders(_ header: String) async {
        #expect(await refusal(header: header) == .malformed)
    }

    @Test(arguments: [
        #"{"iss":"https://issuer.example","iss":"https://issuer.example"}"#, "", "[]", "null", "{", "{}x",
    ])
    func payloadsThatAreNoClaims(_ payload: String) async {
        #expect(await refusal(header: #"{"alg":"EdDSA","kid":"k1"}"#, payload: payload) == .malformed)
    }

    @Test func formsThatAreNotCompact() async {
        let good = signer.sign(goodClaims())
        let parts = good.split(separator: ".").map(String.init)
        let bad = [
            "", ".", "..", "...", parts[0], parts[0] + "." + parts[1], good + ".", "." + good, good + ".x.y",
            good + "=", good + " ", " " + good, good + "\n", good.replacing(".", with: ".."),
            parts[0] + "." + parts[1] + ".", parts[0] + "=." + parts[1] + "." + parts[2],
            parts[0] + "." + parts[1] + "\u{301}." + parts[2], "é" + good, "\u{0}" + good,
            parts[0] + "." + parts[1] + "." + parts[2].dropLast() + "+",
            parts[0] + "." + parts[1] + "." + String(parts[2].dropLast(2)),
        ]
        for token in bad {
            let refusal = await refusal(of: token)
            #expect(refusal == .malformed || refusal == .badSignature, "\(token)")
        }
        #expect(await refusal(of: good) == nil)
    }

    /// The last character of 64 bytes of base64url carries four unused bits: only zeros are accepted there.
    @Test func unusedBitsMustBeZero() async {
        let good = signer.sign(goodClaims())
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let last = alphabet.firstIndex(of: good.last!)!
        for bits in 1...15 {
            #expect(await refusal(of: good.dropLast() + String(alphabet[last | bits])) == .malformed)
        }
    }

    @Test func tokensAreBounded() async {
        let padding = String(repeating: "x", count: 12_400)
        #expect(await refusal(of: signer.sign(goodClaims { $0["p"] = .string(padding) })) == .tooLarge)
        let fitting = String(repeating: "x", count: 11_000)
        #expect(await refusal(of: signer.sign(goodClaims { $0["p"] = .string(fitting) })) == nil)
        #expect(await refusal(of: String(repeating: ".", count: 1 << 20)) == .tooLarge)
    }

    @Test func withoutAnIDTheOnlyKeyThatFitsIsMeant() async {
        let token = signer.sign(header: #"{"alg":"EdDSA"}"#, payload: JSON.object(goodClaims()).text)
        #expect(await refusal(of: token) == nil)
        let two = verifier(ScriptedFetcher(jwks(signer.jwk, TestSigner(keyID: "k2").jwk)))
        #expect(await TokensTests.refusal(of: token, by: two) == .unknownKey)
    }

    @Test func everyReasonFitsAHeader() {
        let all: [TokenError] = [
            .malformed, .tooLarge, .unsupportedAlgorithm, .unsupportedExtension, .unsupportedType, .untrustedIssuer,
            .unknownKey, .badSignature, .missingClaim(.expiry), .invalidClaim(.audience), .wrongAudience, .expired,
            .notYetValid,
        ]
        for error in all {
            #expect(error.publicReason.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C })
            #expect(error.problem.status == 401)
            #expect(error.problem.headers.contains { $0 == ("WWW-Authenticate", #"Bearer error="invalid_token""#) })
        }
        #expect(TokenError.keysUnavailable.problem.status == 503)
    }
}
