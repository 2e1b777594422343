import EventLoop
import HTTPServer
import Kernel
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import ObjectStore

/// The driver over libs3 against a server that answers as the test says; against a real one it is in `ObjectsTests`.
@Suite(.timeLimit(.minutes(1)))
struct SigV2Tests {
    private struct Seen: Sendable {
        let operation: String
        let headers: HTTPHeaders
        let body: [UInt8]
    }

    private static func configuration(
        _ endpoint: String, accessKey: String = "AKIAIOSFODNN7EXAMPLE",
        secretKey: String = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    ) -> S3Configuration {
        S3Configuration(
            endpoint: endpoint, bucket: "johnsmith", accessKey: accessKey, secretKey: Redacted(secretKey),
            signature: .v2, partSize: 5_242_880)
    }

    private static func store(_ configuration: S3Configuration) throws -> SigV2ObjectStore {
        try SigV2ObjectStore(
            configuration, pool: TestS3.pool, clock: SystemClock(),
            retries: RetryPolicy(attempts: 3, firstDelay: .milliseconds(1), longestDelay: .milliseconds(2)))
    }

    private func withStore(
        _ answer: @escaping @Sendable (Seen, Int) -> Response,
        _ body: (SigV2ObjectStore, @Sendable () -> [Seen]) async throws -> Void
    ) async throws {
        let log = Mutex<[Seen]>([])
        let server = HTTPServer(
            configuration: HTTPServerConfiguration(), loops: TestS3.loops,
            logger: Logger(component: "test", sink: .discard), metrics: Metrics()
        ) { request in
            let seen = Seen(
                operation: "\(request.method.rawValue) \(request.path)", headers: request.headers,
                body: try await request.body.collect(limit: 16_000_000))
            let count = log.withLock { log in
                log.append(seen)
                return log.count
            }
            return answer(seen, count)
        }
        let port = try await server.start().port
        do {
            try await body(try Self.store(Self.configuration("http://127.0.0.1:\(port)"))) { log.withLock { $0 } }
            await server.drain(deadline: .zero)
        } catch {
            await server.drain(deadline: .zero)
            throw error
        }
    }

    private static func failure(_ status: Int, _ code: String) -> Response {
        Response(
            status: status, headers: HTTPHeaders([("content-type", "application/xml")]),
            body: .bytes(Array("<Error><Code>\(code)</Code><Message>secret details</Message></Error>".utf8)))
    }

    @Test func aPayloadGoesWithItsHash() async throws {
        try await withStore { _, _ in
            Response(status: 200, headers: HTTPHeaders(), body: .empty)
        } _: { store, seen in
            try await store.put("a/b.txt", Array("Hello".utf8), contentType: "text/plain")
            let put = try #require(seen().first)
            #expect(put.operation == "PUT /johnsmith/a/b.txt")
            #expect(put.headers["content-md5"] == "ixqZU8RhEpaoJ6v4xHgE1w==")
            #expect(put.headers["content-type"] == "text/plain")
            #expect(put.headers["authorization"]?.hasPrefix("AWS AKIAIOSFODNN7EXAMPLE:") == true)
            #expect(put.body == Array("Hello".utf8))
        }
    }

    @Test func passingTroubleIsRiddenAndTheBodySentAgain() async throws {
        try await withStore { _, count in
            count < 3
                ? Self.failure(503, "SlowDown") : Response(status: 200, headers: HTTPHeaders(), body: .empty)
        } _: { store, seen in
            let bytes = [UInt8](repeating: 7, count: 300_000)
            try await store.put("a", bytes, contentType: "a/b")
            #expect(seen().map(\.body) == [bytes, bytes, bytes])
        }
    }

    @Test(arguments: [
        (404, "NoSuchKey", ObjectStoreError.notFound), (403, "AccessDenied", .denied(code: "AccessDenied")),
        (403, "SignatureDoesNotMatch", .denied(code: "SignatureDoesNotMatch")),
        (404, "NoSuchBucket", .rejected(status: 404, code: "NoSuchBucket")),
        (400, "BadDigest", .mismatch("BadDigest")),
        (501, "NotImplemented", .rejected(status: 400, code: "NotImplemented")),
    ])
    func errorsAreClassedWithoutTheirDetails(_ status: Int, _ code: String, _ expected: ObjectStoreError) async throws {
        try await withStore { _, _ in
            Self.failure(status, code)
        } _: { store, seen in
            await #expect(throws: expected) { try await store.put("a", [1], contentType: "a/b") }
            #expect(!expected.description.contains("secret"))
            #expect(seen().count == 1)
        }
    }

    /// libs3 looks for `Content-Length` in that spelling only, and says zero when it does not find it.
    @Test func aLengthThatIsNotFoundIsNotTakenForNone() async throws {
        try await withStore { seen, _ in
            Response(
                status: 200, headers: HTTPHeaders(),
                body: seen.operation.hasPrefix("GET")
                    ? .stream(contentLength: nil) { try await $0.write([1, 2, 3]) } : .empty)
        } _: { store, _ in
            await #expect {
                try await store.get("a")
            } throws: {
                if case .mismatch = $0 as? ObjectStoreError { true } else { false }
            }
        }
    }

    @Test func aServerThatIsNotThereIsANetworkError() async throws {
        let store = try Self.store(Self.configuration("http://127.0.0.1:1"))
        await #expect {
            try await store.head("a")
        } throws: {
            if case .network = $0 as? ObjectStoreError { true } else { false }
        }
    }

    /// The example of Amazon's "Signing and Authenticating REST Requests".
    @Test func presigningAgreesWithAmazonsExample() throws {
        struct Clock: WallClock { let now = Timestamp(seconds: 1_175_139_620 - 60) }
        let store = try SigV2ObjectStore(
            Self.configuration("http://s3.amazonaws.com"), pool: TestS3.pool, clock: Clock(), retries: RetryPolicy())
        #expect(
            try store.presignGet("photos/puppy.jpg", expires: .seconds(60), filename: nil)
                == "http://s3.amazonaws.com/johnsmith/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE"
                + "&Expires=1175139620&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D")
    }

    @Test func whatItCannotDoSafelyIsRefusedAtTheStart() throws {
        var token = Self.configuration("http://127.0.0.1")
        token.sessionToken = Redacted("token")
        var encrypted = Self.configuration("http://127.0.0.1")
        encrypted.encryption = .aes256
        for (configuration, reason) in [
            (Self.configuration("https://127.0.0.1"), "TLS"), (token, "temporary"), (encrypted, "encrypt"),
            (Self.configuration("http://127.0.0.1", accessKey: String(repeating: "a", count: 31)), "30 characters"),
        ] {
            #expect {
                try Self.store(configuration)
            } throws: { error in
                "\(error)".contains(reason) && !"\(error)".contains("wJalr")
            }
        }
    }

    @Test func whatItCannotDoAtAllSaysSo() async throws {
        let store = try Self.store(Self.configuration("http://127.0.0.1:1"))
        await #expect(throws: ObjectStoreError.unsupported("SigV2 through libs3 has no conditional writes")) {
            try await store.create("a", [1], contentType: "a/b")
        }
        #expect(throws: ObjectStoreError.rejected(status: 400, code: "UriTooLong")) {
            try store.presignGet(
                "a", expires: .seconds(1), filename: String(repeating: "x", count: 3_000))
        }
    }

    @Test(arguments: [
        ("", "d41d8cd98f00b204e9800998ecf8427e"), ("a", "0cc175b9c0f1b6a831c399e269772661"),
        ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "d174ab98d277d9f5a5611c2c9f419d9f"),
        (String(repeating: "1234567890", count: 8), "57edf4a22be3c955ac49da2e2107b67a"),
    ])
    func md5IsRFC1321s(_ text: String, _ expected: String) {
        for size in [1, 7, 64, 1_000] {
            var hash = MD5()
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                hash.update(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            #expect(Hex.encode(hash.finish()) == expected)
        }
    }
}
