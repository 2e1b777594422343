import Kernel
import Testing

@testable import Tokens

/// Which keys of a JWKS are taken, and which are left out.
struct JWKTests {
    /// A modulus of `bits` bits: odd, and a product of large numbers for all that its size can tell.
    private func modulus(bits: Int) -> String {
        var bytes = (0..<(bits + 7) / 8).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 41) | 1 }
        bytes[0] = bits % 8 == 0 ? 0x80 : 1 << UInt8(bits % 8 - 1)
        return Base64URL.encode(bytes)
    }

    private func refusal(_ object: JSONObject) -> JWKError? {
        do throws(JWKError) {
            _ = try JWK(.object(object))
            return nil
        } catch {
            return error
        }
    }

    private let elliptic: JSONObject

    init() throws { elliptic = try #require(IssuerKey.generate().jwk.object) }

    @Test func rsaSizes() {
        for bits in [512, 1_024, 2_040, 2_047, 8_193, 8_184 + 16] {
            #expect(refusal(["kty": "RSA", "n": .string(modulus(bits: bits)), "e": "AQAB"]) == .weak("modulus"))
        }
    }

    @Test func rsaExponents() {
        let n = JSON.string(modulus(bits: 2_048))
        // 1, 3, 65,535, 65,536 (even), and one of 40 bits.
        for exponent: [UInt8] in [[1], [3], [0xFF, 0xFF], [1, 0, 0], [1, 0, 0, 0, 1], [0]] {
            #expect(refusal(["kty": "RSA", "n": n, "e": .string(Base64URL.encode(exponent))]) == .weak("exponent"))
        }
    }

    @Test func rsaModuliThatAreNone() {
        // Even, and a power of three: no product of two primes.
        var even = [UInt8](repeating: 0xA5, count: 256)
        even[255] = 0xA4
        #expect(refusal(["kty": "RSA", "n": .string(Base64URL.encode(even)), "e": "AQAB"]) == .invalidKey)
        let divisible = [UInt8](repeating: 0xFF, count: 256)
        #expect(refusal(["kty": "RSA", "n": .string(Base64URL.encode(divisible)), "e": "AQAB"]) == .invalidKey)
    }

    @Test func pointsMustLieOnTheirCurve() throws {
        #expect(refusal(elliptic) == nil)
        var moved = elliptic
        var x = try #require(Base64URL.decode(moved["x"]?.string ?? "-"))
        x[31] ^= 1
        moved["x"] = .string(Base64URL.encode(x))
        #expect(refusal(moved) == .invalidKey)
        var zero = elliptic
        zero["x"] = .string(Base64URL.encode([UInt8](repeating: 0, count: 32)))
        zero["y"] = .string(Base64URL.encode([UInt8](repeating: 0, count: 32)))
        #expect(refusal(zero) == .invalidKey)
        var short = elliptic
        short["y"] = .string(Base64URL.encode(Array(x[..<31])))
        #expect(refusal(short) == .badParameter("y"))
        var other = elliptic
        other["crv"] = "P-384"
        #expect(refusal(other) == .badParameter("x"))
        other["crv"] = "secp256k1"
        #expect(refusal(other) == .unsupported)
    }

    @Test func purposesAreRespected() {
        func with(_ name: String, _ value: JSON) -> JWKError? {
            var object = elliptic
            object[name] = value
            return refusal(object)
        }
        #expect(with("use", "sig") == nil)
        #expect(with("use", "enc") == .notForVerifying)
        #expect(with("use", 1) == .notForVerifying)
        #expect(with("key_ops", ["verify"]) == nil)
        #expect(with("key_ops", ["sign", "verify"]) == nil)
        #expect(with("key_ops", ["encrypt"]) == .notForVerifying)
        #expect(with("key_ops", []) == .notForVerifying)
        #expect(with("key_ops", "verify") == .notForVerifying)
        #expect(with("alg", "ES256") == nil)
        #expect(with("alg", "ES384") == .unsupported)
        #expect(with("alg", "RS256") == .unsupported)
        #expect(with("alg", "none") == .unsupported)
        #expect(with("kid", 7) == .badParameter("kid"))
        #expect(with("kty", "oct") == .unsupported)
        #expect(with("x5c", ["whatever"]) == nil)
    }

    @Test func privateAndSymmetricKeysAreLeftOut() throws {
        for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            var object = elliptic
            object[member] = "AAAA"
            #expect(refusal(object) == .privateKey)
        }
        let good = elliptic
        var leaked = elliptic
        leaked["d"] = "AAAA"
        let set = try JWKSet(
            parsing: jwks(.object(leaked), .object(good), "text", ["kty": "oct", "k": "AAAA"], ["kty": "future"]))
        #expect(set.keys.map(\.keyID) == [good["kid"]?.string])
        #expect(set.skipped == [.privateKey, .notAnObject, .privateKey, .unsupported])
    }

    @Test func edwardsPoints() {
        #expect(refusal(TestSigner().jwk.object!) == nil)
        #expect(refusal(["kty": "OKP", "crv": "X25519", "x": "AAAA"]) == .unsupported)
        #expect(refusal(["kty": "OKP", "crv": "Ed25519", "x": "AAAA"]) == .badParameter("x"))
        #expect(refusal(["kty": "OKP", "crv": "Ed25519"]) == .badParameter("x"))
        #expect(refusal(["kty": "OKP", "crv": "Ed25519", "x": "AA=="]) == .badParameter("x"))
    }

    /// The identity point would verify anything: libsodium refuses it at the signature.
    @Test func pointsOfSmallOrderVerifyNothing() throws {
        var identity = [UInt8](repeating: 0, count: 32)
        identity[0] = 1
        let key = try JWK(["kty": "OKP", "crv": "Ed25519", "x": .string(Base64URL.encode(identity))])
        var signature = [UInt8](repeating: 0, count: 64)
        signature[0] = 1
        #expect(!key.verifies(signature, of: Array("anything".utf8), by: .edDSA))
    }

    @Test func setsAreBoundedAndStrict() throws {
        for text in ["", "[]", "{}", #"{"keys":{}}"#, #"{"keys":[],"keys":[]}"#, #"{"keys":null}"#, "{\"keys\":[]"] {
            #expect(throws: JWKSet.Malformed.self) { try JWKSet(parsing: Array(text.utf8)) }
        }
        #expect(try JWKSet(parsing: Array(#"{"keys":[]}"#.utf8)).keys.isEmpty)
        let many = JSON.object(["keys": .array(Array(repeating: ["kty": "x"], count: 101))])
        #expect(throws: JWKSet.Malformed.self) { try JWKSet(parsing: many.bytes) }
        let large = #"{"keys":[],"x":""# + String(repeating: "x", count: JWKSet.maximumBytes) + #""}"#
        #expect(throws: JWKSet.Malformed.self) { try JWKSet(parsing: Array(large.utf8)) }
    }
}
