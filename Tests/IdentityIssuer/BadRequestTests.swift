import Kernel
import Testing

/// What the development issuer does not take.
@Suite(.timeLimit(.minutes(1)))
struct BadRequestTests {
    @Test func badBodies() async throws {
        let long = String(repeating: "x", count: 256)
        let cases: [(String, Int, String?)] = [
            ("{}", 422, "/subject"), (#"{"subject":""}"#, 422, "/subject"), (#"{"subject":1}"#, 422, "/subject"),
            (#"{"subject":"\#(long)"}"#, 422, "/subject"), (#"{"subject":"a\nb"}"#, 422, "/subject"),
            (#"{"subject":"\#(String(repeating: "é", count: 200))"}"#, 422, "/subject"),
            (#"{"subject":"a","role":"admin"}"#, 422, "/role"), (#"{"subject":"a","iss":"x"}"#, 422, "/iss"),
            (#"{"subject":"a","lifetime_seconds":0}"#, 422, "/lifetime_seconds"),
            (#"{"subject":"a","lifetime_seconds":604801}"#, 422, "/lifetime_seconds"),
            (#"{"subject":"a","lifetime_seconds":1.5}"#, 422, "/lifetime_seconds"),
            (#"{"subject":"a","lifetime_seconds":"60"}"#, 422, "/lifetime_seconds"),
            (#"{"subject":"a","email":["x"]}"#, 422, "/email"), (#"{"subject":"a","name":7}"#, 422, "/name"),
            (#"{"subject":"a","subject":"b"}"#, 400, nil), ("{", 400, nil), ("", 400, nil), ("[]", 422, ""),
        ]
        try await withDirectory { directory in
            try await withIssuer(in: directory) { issuer in
                for (body, status, pointer) in cases {
                    let answer = try await call("POST", issuer + "/token", body)
                    #expect(answer.status == status, "\(body)")
                    #expect(answer.json["pointer"]?.string == pointer, "\(body)")
                    #expect(answer.json["access_token"] == nil)
                }
            }
        }
    }

    @Test func badRequests() async throws {
        try await withDirectory { directory in
            try await withIssuer(in: directory) { issuer in
                let plain = try await call(
                    "POST", issuer + "/token", #"{"subject":"a"}"#, headers: [("Content-Type", "text/plain")])
                #expect(plain.status == 415)
                let large = try await call("POST", issuer + "/token", String(repeating: " ", count: 20_000))
                #expect(large.status == 413)
                #expect(try await call("GET", issuer + "/token").status == 405)
                #expect(try await call("GET", issuer + "/rotate").status == 405)
                #expect(try await call("GET", issuer + "/nothing").status == 404)
                for host in ["evil.example", "127.0.0.1.evil.example", "10.0.0.1"] {
                    let answer = try await call("GET", issuer + "/.well-known/jwks.json", headers: [("Host", host)])
                    #expect(answer.status == 421)
                }
                let named = issuer.replacing("127.0.0.1", with: "localhost")
                #expect(try await call("GET", named + "/.well-known/jwks.json").status == 200)
            }
        }
    }
}
