import Kernel
import Testing

@testable import Tokens

/// The algorithms that Wycheproof's vectors do not reach: tokens made by `openssl` on the command line.
struct AlgorithmTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let algorithm: JWSAlgorithm
        let jwk: String
        let token: String
        var testDescription: String { algorithm.rawValue }
    }

    static let payload =
        "eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSIsICJzdWIiOiAicyIsICJhdWQiOiAiYSIsICJleHAiOiA0MTAyNDQ0ODAwfQ"

    static let samples = [
        Sample(
            algorithm: .es384,
            jwk: """
                {"kty": "EC", "crv": "P-384", "x": "2Ryu_m0r-yjKXurejm6_4Gnl0LXKCozkiibdCKN7soi63axWmp85-WV2K1uXb9We",
                "y": "IsLfb9dXcCLypMeTl5AtgMv-9Nng7sX775CFMKIdUPNSOA1C_Q_Qho9aIu0DaOS2", "kid": "es384"}
                """,
            token: "eyJhbGciOiJFUzM4NCIsImtpZCI6ImVzMzg0In0." + payload
                + ".zRqQzjzXWT15EWcW9s3ym7Dc9_QGdtjlCHTR-adg23Cz-EjtUGfmw_jPPCw6kIaG5ppADZ5uCvQVh0eiAqqah9owbBrbBLk5jAv"
                + "glWJJ-TDU2itJv3Fm6cyizD8edpwb"),
        Sample(
            algorithm: .es512,
            jwk: """
                {"kty": "EC", "crv": "P-521",
                "x": "AbF4rce7LIH1muru5Cy-v5ch7ty5asDiMrEmERu6_8oZppEF4_OSA_NQizeUAPDX4Ie77f-KApY6iRFisUk7_NLA",
                "y": "ADHYVeqJyTY13RXdsUWDNTgmbKUw4-dzUjOxSCjQvCGLXJwhZjlOWM_JtAUm3VfwYPol026WVFn-z_L8QzkEeXCX",
                "kid": "es512"}
                """,
            token: "eyJhbGciOiJFUzUxMiIsImtpZCI6ImVzNTEyIn0." + payload
                + ".ACNxGBYBwc53IxknDEjRzddRfpJq6MZ23_mHurKw6YJs9UW-xqvsOL1_FaB4sJG1owOcMwANV9fCWfQbRWZ1KT3WAIqlDvz1zNI"
                + "mNciF_7QQQhtwzM38GC-zvwcx-c0r907IkyGkXowaO3olrK1fmIEBvXcNKhHCyS4A1yzNGksxCNVu"),
        Sample(
            algorithm: .edDSA,
            jwk: """
                {"kty": "OKP", "crv": "Ed25519", "x": "t2nVmJV_b07x5q9M5vc7reu4D4ZUYowLHeMjd2TkXRc", "kid": "ed"}
                """,
            token: "eyJhbGciOiJFZERTQSIsImtpZCI6ImVkIn0." + payload
                + ".NA6xCyGMobLRKk07pZH7xjjrihjFdP7Wk7MalF57lMA6_AaPTAJteW68yVVrL8G6M0X6e8F9t4sXDBhjoJYJAg"),
    ]

    @Test(arguments: samples) func genuineTokensVerify(_ sample: Sample) throws {
        let keys = JWKSet([try JSON(parsing: sample.jwk)])
        let jws = try JWS(parsing: sample.token)
        #expect(jws.header.algorithm == sample.algorithm)
        try jws.verify(with: keys)
    }

    @Test(arguments: samples) func anyOtherByteIsRefused(_ sample: Sample) throws {
        let key = try JWK(try JSON(parsing: sample.jwk))
        let jws = try JWS(parsing: sample.token)
        for index in jws.signature.indices {
            var signature = jws.signature
            signature[index] ^= 1
            #expect(!key.verifies(signature, of: jws.signingInput, by: sample.algorithm))
        }
        for index in stride(from: 0, to: jws.signingInput.count, by: 7) {
            var input = jws.signingInput
            input[index] ^= 1
            #expect(!key.verifies(jws.signature, of: input, by: sample.algorithm))
        }
        #expect(!key.verifies(jws.signature + [0], of: jws.signingInput, by: sample.algorithm))
        #expect(!key.verifies([0] + jws.signature, of: jws.signingInput, by: sample.algorithm))
        #expect(!key.verifies([], of: jws.signingInput, by: sample.algorithm))
        #expect(key.verifies(jws.signature, of: jws.signingInput, by: sample.algorithm))
    }

    @Test(arguments: samples) func noOtherAlgorithmIsTried(_ sample: Sample) throws {
        let key = try JWK(try JSON(parsing: sample.jwk))
        let jws = try JWS(parsing: sample.token)
        for algorithm in JWSAlgorithm.allCases where algorithm != sample.algorithm {
            #expect(!key.verifies(jws.signature, of: jws.signingInput, by: algorithm))
        }
    }
}
