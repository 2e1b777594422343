import HTTPClient
import Kernel
import TestSupport

@testable import ObjectStore

/// The drivers, which one suite holds to the same promises.
enum Driver: String, Sendable {
    case v4, v2

    /// rclone refuses SigV2, so that driver comes in where radosgw answers.
    static let available: [Driver] = TestS3.isStrict ? [.v4, .v2] : [.v4]

    /// A store over a bucket of its own, or of that name.
    func store(
        bucket: String? = nil, secretKey: String = TestS3.secretKey, makesBucket: Bool = true,
        clock: any WallClock = SystemClock()
    ) async throws -> any ObjectStore {
        let endpoint = try await TestS3.shared.endpoint
        let configuration = S3Configuration(
            endpoint: endpoint, bucket: bucket ?? "b\(UInt64.random(in: 0 ... .max))", accessKey: TestS3.accessKey,
            secretKey: Redacted(secretKey), partSize: 5_242_880)
        let retries = RetryPolicy(attempts: 4, firstDelay: .milliseconds(1), longestDelay: .milliseconds(4))
        let store: any ObjectStore =
            switch self {
            case .v4:
                try SigV4ObjectStore(
                    configuration,
                    client: HTTPClient(
                        loops: TestS3.loops, egress: .allowing(hosts: ["127.0.0.1"], plainHTTP: true)),
                    pool: TestS3.pool, clock: clock, retries: retries)
            case .v2: try SigV2ObjectStore(configuration, pool: TestS3.pool, clock: clock, retries: retries)
            }
        if makesBucket, secretKey == TestS3.secretKey { try await store.ensureBucket() }
        return store
    }
}
