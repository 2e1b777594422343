import HTTPClient
import Kernel
import TestSupport

@testable import ObjectStore

/// Stores whose retries do not keep a test waiting.
extension TestS3 {
    /// A store over a bucket of its own, or of that name.
    func store(
        bucket: String? = nil, secretKey: String = TestS3.secretKey, attempts: Int = 4, partSize: Int = 5_242_880,
        encryption: ServerSideEncryption? = nil
    ) async throws -> SigV4ObjectStore {
        let bucket = bucket ?? "b\(UInt64.random(in: 0 ... .max))"
        let store = try Self.store(
            endpoint: endpoint, bucket: bucket, secretKey: secretKey, attempts: attempts, partSize: partSize,
            encryption: encryption)
        if secretKey == Self.secretKey { try await store.ensureBucket() }
        return store
    }

    /// A store that has made nothing yet, on any server.
    static func store(
        endpoint: String, bucket: String = "bucket", secretKey: String = TestS3.secretKey, attempts: Int = 4,
        partSize: Int = 5_242_880, encryption: ServerSideEncryption? = nil
    ) throws -> SigV4ObjectStore {
        let host = String(endpoint.drop { $0 != "/" }.dropFirst(2))
        return try SigV4ObjectStore(
            S3Configuration(
                endpoint: endpoint, bucket: bucket, accessKey: accessKey, secretKey: Redacted(secretKey),
                encryption: encryption, partSize: partSize),
            client: HTTPClient(loops: loops, egress: .allowing(hosts: [host], plainHTTP: true)), pool: pool,
            clock: SystemClock(),
            retries: RetryPolicy(attempts: attempts, firstDelay: .milliseconds(1), longestDelay: .milliseconds(4)))
    }
}
