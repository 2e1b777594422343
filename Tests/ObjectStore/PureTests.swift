import Kernel
import Testing

@testable import ObjectStore

struct PureTests {
    @Test func encodingLeavesUnreservedCharactersOnly() {
        #expect(PercentEncoding.encode("AZaz09-._~") == "AZaz09-._~")
        #expect(PercentEncoding.encode(" +&%/é'()*") == "%20%2B%26%25%2F%C3%A9%27%28%29%2A")
        #expect(PercentEncoding.encode("a/b c", keeping: true) == "a/b%20c")
        #expect(PercentEncoding.query([("b", "2"), ("a", "x y"), ("c", ""), ("a", "1")]) == "a=1&a=x%20y&b=2&c=")
    }

    @Test func hashesAreTheStandards() {
        // FIPS 180-2, appendix B; RFC 4231, case 2.
        #expect(SHA256.hex(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        var hash = SHA256()
        hash.update([UInt8(ascii: "a")])
        hash.update([])
        hash.update(Array("bc".utf8))
        #expect(hash.finish() == SHA256.digest(Array("abc".utf8)))
        #expect(
            Hex.encode(SHA256.authenticate("what do ya want for nothing?", key: Array("Jefe".utf8)))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test func addressesKnowBothStyles() throws {
        let path = try S3Address(endpoint: "http://127.0.0.1:9000/", bucket: "bucket", pathStyle: true)
        #expect(path.host == "127.0.0.1:9000")
        #expect(path.path(of: "a b/ü") == "/bucket/a%20b/%C3%BC")
        #expect(path.path(of: nil) == "/bucket")
        let virtual = try S3Address(endpoint: "https://S3.example.com:443", bucket: "bucket", pathStyle: false)
        #expect(virtual.host == "bucket.s3.example.com")
        #expect(virtual.path(of: "a") == "/a")
        #expect(virtual.path(of: nil) == "/")
        #expect(virtual.url(path: "/a", query: "b=c") == "https://bucket.s3.example.com/a?b=c")
        #expect(try S3Address(endpoint: "http://[::1]:80", bucket: "bucket", pathStyle: true).host == "[::1]")
    }

    @Test(arguments: ["", "ftp://x", "http://", "http://a/b", "http://a:b", "http://u@a", "http://a?b", "//a"])
    func otherEndpointsAreRefused(_ endpoint: String) {
        #expect(throws: S3ConfigurationError.self) {
            try S3Address(endpoint: endpoint, bucket: "bucket", pathStyle: true)
        }
    }

    @Test(arguments: ["", "a", "UPPER", "a/b", "-ab", "a b", "..%2f"])
    func otherBucketsAreRefused(_ bucket: String) {
        #expect(throws: S3ConfigurationError.self) {
            try S3Address(endpoint: "http://a", bucket: bucket, pathStyle: true)
        }
    }

    @Test func errorsAreClassed() {
        func error(_ status: Int, _ code: String) -> ObjectStoreError { ObjectStoreError(status: status, code: code) }
        #expect(error(404, "NoSuchKey") == .notFound)
        #expect(error(404, "") == .notFound)
        #expect(error(403, "SignatureDoesNotMatch") == .denied(code: "SignatureDoesNotMatch"))
        #expect(error(400, "BadDigest") == .mismatch("BadDigest"))
        #expect(error(416, "InvalidRange") == .rangeNotSatisfiable)
        #expect(error(409, "OperationAborted") == .rejected(status: 409, code: "OperationAborted"))
        #expect(error(404, "NoSuchBucket") == .rejected(status: 404, code: "NoSuchBucket"))
        for (status, code) in [
            (503, "SlowDown"), (500, "InternalError"), (429, ""), (400, "RequestTimeout"), (502, ""),
        ] {
            #expect(error(status, code).isRetryable)
        }
        #expect(!error(403, "AccessDenied").isRetryable)
        #expect(!error(501, "NotImplemented").isRetryable)
    }

    @Test func retriesAreBoundedAndSpread() {
        let policy = RetryPolicy()
        let error = ObjectStoreError.network("")
        #expect(policy.delay(after: 1, error, jitter: 0) == .milliseconds(50))
        #expect(policy.delay(after: 1, error, jitter: 1) == .milliseconds(100))
        #expect(policy.delay(after: 3, error, jitter: 1) == .milliseconds(400))
        #expect(policy.delay(after: 4, error, jitter: 0) == nil)
        #expect(policy.delay(after: 1, .notFound, jitter: 0) == nil)
        #expect(RetryPolicy(attempts: 99).delay(after: 90, error, jitter: 1) == .seconds(2))
    }

    @Test func downloadsAreNamed() {
        #expect(
            ContentDisposition.attachment("Grüße \"1\"/\r\n.zip")
                == "attachment; filename=\"Gr__e _1____.zip\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%221%22%2F%0D%0A.zip")
    }

    @Test func xmlIsRead() throws {
        let text = """
            \u{feff}<?xml version="1.0" encoding="UTF-8"?>
            <List xmlns="http://x"><Key>a&amp;b &lt;&#233;&#x1F642;&gt;</Key><Empty/><Item><Size>1</Size></Item></List>
            """
        let root = try XMLScanner.parse(Array(text.utf8))
        #expect(root.name == "List")
        #expect(root["Key"] == "a&b <é🙂>")
        #expect(root["Empty"] == "")
        #expect(root.all("Item").first?["Size"] == "1")
        #expect(root["Other"] == nil)
    }

    @Test(arguments: [
        "", "text", "<a>", "<a></b>", "<a/><b/>", "<a>&nbsp;</a>", "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&amp</a>",
        "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "<a><!-- --></a>", "<a><![CDATA[b]]></a>", "<a", "< a></ a>",
        "<a b=\"<\"></a>", "<1/>",
    ])
    func otherXMLIsRefused(_ text: String) {
        #expect(throws: XMLError()) { try XMLScanner.parse(Array(text.utf8)) }
    }

    @Test func deepXMLIsRefused() {
        let text = String(repeating: "<a>", count: 50) + String(repeating: "</a>", count: 50)
        #expect(throws: XMLError()) { try XMLScanner.parse(Array(text.utf8)) }
    }
}
