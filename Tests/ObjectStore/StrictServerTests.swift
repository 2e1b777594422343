import HTTPClient
import Kernel
import TestSupport
import Testing

@testable import ObjectStore

/// What only a strict server can show: `make test-s3` runs these against radosgw.
@Suite(.enabled(if: TestS3.isStrict, "needs radosgw: make test-s3"), .timeLimit(.minutes(1)))
struct StrictServerTests {
    private let client = HTTPClient(loops: TestS3.loops, egress: .allowing(hosts: ["127.0.0.1"], plainHTTP: true))

    @Test func aPayloadThatIsNotTheSignedOneIsRefused() async throws {
        let store = try await TestS3.shared.store()
        let signer = SigV4Signer(
            accessKey: TestS3.accessKey, secretKey: Redacted(TestS3.secretKey), region: "us-east-1")
        for (signed, isTaken) in [("sent", true), ("other", false)] {
            let message = SigV4Signer.Message(
                method: "PUT", host: store.address.host, path: store.address.path(of: "payload"))
            let response = try await client.send(
                ClientRequest(
                    method: "PUT", url: store.address.url(path: message.path, query: ""),
                    headers: signer.sign(message, payloadHash: SHA256.hex(Array(signed.utf8)), at: .now),
                    body: .bytes(Array("sent".utf8))))
            #expect((response.status == 200) == isTaken)
        }
        #expect(try await store.get("payload").body.collect(limit: 10) == Array("sent".utf8))
    }

    @Test func aPayloadOfAnotherMD5IsRefused() async throws {
        let store = try #require(try await Driver.v2.store() as? SigV2ObjectStore)
        await #expect(throws: ObjectStoreError.mismatch("BadDigest")) {
            try await store.send("md5", .bytes([1, 2, 3]), [UInt8](repeating: 0, count: 16), "a/b")
        }
        await #expect(throws: ObjectStoreError.notFound) { try await store.head("md5") }
    }

    @Test func creatingKeepsWhatIsThere() async throws {
        let store = try await TestS3.shared.store()
        try await store.create("new", [1], contentType: "a/b")
        await #expect(throws: ObjectStoreError.alreadyExists) { try await store.create("new", [2], contentType: "a/b") }
        #expect(try await store.get("new").body.collect(limit: 10) == [1])
        try await store.delete("new")
        try await store.create("new", [3], contentType: "a/b")
    }

    @Test func ofManyWhoCreateOneDoes() async throws {
        let store = try await TestS3.shared.store(attempts: 1)
        let made = try await withThrowingTaskGroup(of: UInt8?.self) { group in
            for number in 1...8 as ClosedRange<UInt8> {
                group.addTask {
                    do {
                        try await store.create("raced", [number], contentType: "a/b")
                        return number
                    } catch ObjectStoreError.alreadyExists { return nil }
                }
            }
            return try await group.reduce(into: [UInt8]()) { if let number = $1 { $0.append(number) } }
        }
        #expect(made.count == 1)
        #expect(try await store.get("raced").body.collect(limit: 1) == made)
    }

    @Test func keysOfTheKeyServiceEncrypt() async throws {
        let store = try await TestS3.shared.store(encryption: .kms(keyID: "test-key"))
        try await store.put("small", [1, 2, 3], contentType: "a/b")
        try await store.put("large", [UInt8](repeating: 7, count: 6_000_000), contentType: "a/b")
        for key in ["small", "large"] {
            let head = try await store.perform(.init(method: "HEAD", key: key)).response
            #expect(head.header("x-amz-server-side-encryption") == "aws:kms")
            #expect(head.header("x-amz-server-side-encryption-aws-kms-key-id") == "test-key")
        }
        #expect(try await store.get("small").body.collect(limit: 3) == [1, 2, 3])
        let unknown = try await TestS3.shared.store(encryption: .kms(keyID: "no-such-key"))
        await #expect(throws: ObjectStoreError.self) { try await unknown.put("a", [1], contentType: "a/b") }
    }

    /// This radosgw has no SSE-S3 and takes the object as if nothing had been asked.
    @Test func encryptionThatIsNotConfirmedIsAnError() async throws {
        let store = try await TestS3.shared.store(encryption: .aes256)
        await #expect {
            try await store.put("a", [1], contentType: "a/b")
        } throws: {
            if case .misconfigured = $0 as? ObjectStoreError { true } else { false }
        }
    }
}
