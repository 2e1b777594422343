import HTTPServer
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import ObjectStore

/// What the store is asked for, and what it has to confirm; with a real key service it is in `StrictServerTests`.
@Suite(.timeLimit(.minutes(1)))
struct EncryptionTests {
    private static let header = "x-amz-server-side-encryption"

    private struct Seen: Sendable {
        let method: String
        let headers: HTTPHeaders
    }

    /// A store whose server confirms what `confirms` says, and the headers it was sent.
    private func withStore(
        _ encryption: ServerSideEncryption?, confirms: String?,
        _ body: (SigV4ObjectStore, @Sendable () -> [Seen]) async throws -> Void
    ) async throws {
        let log = Mutex<[Seen]>([])
        let server = HTTPServer(
            configuration: HTTPServerConfiguration(), loops: TestS3.loops,
            logger: Logger(component: "test", sink: .discard), metrics: Metrics()
        ) { request in
            _ = try await request.body.collect(limit: 16_000_000)
            log.withLock { $0.append(Seen(method: request.method.rawValue, headers: request.headers)) }
            let answer = confirms.map { [(Self.header, $0)] } ?? []
            let upload = "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>"
            return Response(
                headers: HTTPHeaders(answer + [("etag", "\"1\"")]),
                body: .bytes(request.query.first("uploads") == nil ? [] : Array(upload.utf8)))
        }
        let port = try await server.start().port
        do {
            let store = try TestS3.store(endpoint: "http://127.0.0.1:\(port)", encryption: encryption)
            try await body(store) { log.withLock { $0 } }
            await server.drain(deadline: .zero)
        } catch {
            await server.drain(deadline: .zero)
            throw error
        }
    }

    @Test(arguments: [(ServerSideEncryption.aes256, "AES256", nil), (.kms(keyID: "key-1"), "aws:kms", "key-1")])
    func itIsAskedForWithEachObject(
        _ encryption: ServerSideEncryption, _ name: String, _ key: String?
    ) async throws {
        try await withStore(encryption, confirms: name) { store, seen in
            try await store.put("a", [1], contentType: "a/b")
            let sent = try #require(seen().first?.headers)
            #expect(sent[Self.header] == name)
            #expect(sent["\(Self.header)-aws-kms-key-id"] == key)
            #expect(sent["authorization"]?.contains(";\(Self.header)") == true)
        }
    }

    @Test(arguments: [nil, "aws:kms"])
    func whatIsNotConfirmedIsAnError(_ confirmed: String?) async throws {
        try await withStore(.aes256, confirms: confirmed) { store, seen in
            for content in [[1], [UInt8](repeating: 1, count: 5_242_881)] {
                await #expect {
                    try await store.put("a", content, contentType: "a/b")
                } throws: {
                    if case .misconfigured = $0 as? ObjectStoreError { true } else { false }
                }
            }
            // The large one was given up before its first part.
            #expect(seen().map(\.method) == ["PUT", "POST", "DELETE"])
        }
    }

    @Test func nobodyIsAskedUnlessTheOperatorWishes() async throws {
        try await withStore(nil, confirms: nil) { store, seen in
            try await store.put("a", [1], contentType: "a/b")
            #expect(seen().first?.headers[Self.header] == nil)
        }
    }
}
