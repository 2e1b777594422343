import Kernel
import Testing

@testable import ObjectStore

/// The worked examples of AWS's S3 documentation ("Authenticating Requests: Using the Authorization Header", and "Using
/// Query Parameters"), with the credentials published there.
struct SigV4SignerTests {
    private let signer = SigV4Signer(
        accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: Redacted("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        region: "us-east-1")
    private let time = Timestamp(seconds: 1_369_353_600)  // 2013-05-24T00:00:00Z

    private func message(
        _ method: String, _ path: String, query: [(String, String)] = [], headers: [(String, String)] = []
    ) -> SigV4Signer.Message {
        .init(method: method, host: "examplebucket.s3.amazonaws.com", path: path, query: query, headers: headers)
    }

    private func authorization(
        _ message: SigV4Signer.Message, payload: String = SigV4Signer.emptyPayload
    ) throws -> String {
        let headers = signer.sign(message, payloadHash: payload, at: time)
        return try #require(headers.first { $0.0 == "Authorization" }).1
    }

    @Test func getObject() throws {
        let value = try authorization(message("GET", "/test.txt", headers: [("Range", "bytes=0-9")]))
        #expect(
            value == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
                + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
                + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    }

    @Test func putObject() throws {
        let path = "/" + PercentEncoding.encode("test$file.text", keeping: true)
        #expect(path == "/test%24file.text")
        let payload = SHA256.hex(Array("Welcome to Amazon S3.".utf8))
        #expect(payload == "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072")
        let headers = [("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")]
        let value = try authorization(message("PUT", path, headers: headers), payload: payload)
        #expect(value.contains("SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,"))
        #expect(value.hasSuffix("=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"))
    }

    @Test func getBucketLifecycle() throws {
        let value = try authorization(message("GET", "/", query: [("lifecycle", "")]))
        #expect(value.hasSuffix("=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"))
    }

    @Test func listObjects() throws {
        let value = try authorization(message("GET", "/", query: [("prefix", "J"), ("max-keys", "2")]))
        #expect(value.hasSuffix("=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"))
    }

    @Test func presignedURL() {
        #expect(
            signer.presign(message("GET", "/test.txt"), expires: 86_400, at: time)
                == "X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
    }

    @Test func blanksInHeadersCollapse() throws {
        let once = try authorization(message("GET", "/", headers: [("x-amz-meta-a", "one two")]))
        let spaced = try authorization(message("GET", "/", headers: [("x-amz-meta-a", "  one   two ")]))
        #expect(once == spaced)
    }

    @Test func sessionTokensAreSignedAndSent() throws {
        let signer = SigV4Signer(
            accessKey: "a", secretKey: Redacted("b"), sessionToken: Redacted("token"), region: "eu-west-1")
        let headers = signer.sign(message("GET", "/"), payloadHash: SigV4Signer.emptyPayload, at: time)
        #expect(headers.contains { $0 == ("x-amz-security-token", "token") })
        #expect(try #require(headers.last).1.contains(";x-amz-security-token,"))
        #expect(signer.presign(message("GET", "/"), expires: 1, at: time).contains("&X-Amz-Security-Token=token&"))
    }

    @Test func theSecretIsNotDescribed() {
        #expect(!String(reflecting: signer).contains("wJalr"))
        #expect(!"\(signer)".contains("wJalr"))
    }
}
