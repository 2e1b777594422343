internal import CS3
package import EventLoop
internal import Glibc
package import Kernel
internal import Synchronization

/// S3-compatible stores from before SigV4, through libs3 2.0. Its calls block, so each takes a thread of the pool.
///
/// No call lasts longer than a piece of an object: a slow reader holds no thread. SigV2 signs neither payload nor host,
/// and libs3 does not check TLS certificates: what it cannot do safely is refused when the store is opened.
package final class SigV2ObjectStore: ObjectStore {
    let configuration: S3Configuration
    let library: cs3_library
    let bucket: Libs3Bucket
    let publicBucket: Libs3Bucket
    let pool: BlockingPool
    let clock: any WallClock
    let retries: RetryPolicy

    /// What one call reads, and a reader therefore keeps in memory.
    static let pieceSize = 4_194_304
    /// The most that S3 takes in one piece, and libs3 2.0 knows no other way.
    static let largestObject = 5_368_709_120

    /// - Parameter pool: a thread for each call that may run at once.
    package convenience init(
        _ configuration: S3Configuration, pool: BlockingPool, clock: any WallClock = SystemClock()
    ) throws(S3ConfigurationError) {
        try self.init(configuration, pool: pool, clock: clock, retries: RetryPolicy())
    }

    init(
        _ configuration: S3Configuration, pool: BlockingPool, clock: any WallClock, retries: RetryPolicy
    ) throws(S3ConfigurationError) {
        let address = try S3Address(
            endpoint: configuration.endpoint, bucket: configuration.bucket, pathStyle: true)
        let publicAddress = try S3Address(
            endpoint: configuration.publicEndpoint ?? configuration.endpoint, bucket: configuration.bucket,
            pathStyle: true)
        try Self.check(configuration)
        guard let library = Libs3.shared else {
            throw S3ConfigurationError(description: "SigV2 needs libs3.so.2 (Debian: libs3-2), which is not installed")
        }
        self.configuration = configuration
        self.library = library
        bucket = Libs3Bucket(host: address.host, isTLS: false, configuration: configuration)
        publicBucket = Libs3Bucket(
            host: publicAddress.host, isTLS: publicAddress.scheme == "https", configuration: configuration)
        self.pool = pool
        self.clock = clock
        self.retries = retries
    }

    /// Refuses what libs3 would do badly or not at all.
    static func check(_ configuration: S3Configuration) throws(S3ConfigurationError) {
        let address = try S3Address(
            endpoint: configuration.endpoint, bucket: configuration.bucket, pathStyle: true)
        func refuse(_ reason: String) throws(S3ConfigurationError) { throw S3ConfigurationError(description: reason) }
        if address.scheme == "https" {
            try refuse(
                "SigV2 goes through libs3, which does not check TLS certificates: use an http endpoint on a private "
                    + "network, or a TLS tunnel on this host")
        }
        if configuration.sessionToken != nil {
            try refuse("SigV2 here has no temporary credentials: leave out the token")
        }
        if configuration.encryption != nil {
            try refuse("libs3 2.0 cannot ask a store to encrypt: leave it to the store")
        }
        // libs3 prints it into fixed buffers.
        if !(1...30).contains(configuration.accessKey.utf8.count) {
            try refuse("SigV2 takes access keys of at most 30 characters")
        }
        if address.host.utf8.count > S3_MAX_HOSTNAME_SIZE { try refuse("the endpoint's host is too long") }
        for name in ["http_proxy", "all_proxy", "ALL_PROXY"] where getenv(name) != nil {
            try refuse("libs3 would send everything through the proxy that \(name) names: unset it")
        }
    }

    /// A key that libs3 sends as it is; it would turn blanks into pluses.
    func check(_ key: String) throws(ObjectStoreError) {
        try ObjectKey.check(key)
        guard !key.utf8.contains(UInt8(ascii: " ")) else { throw .invalidKey }
    }

    typealias Start = @Sendable (cs3_library, UnsafePointer<S3BucketContext>, UnsafeMutableRawPointer) -> Void

    /// Makes a call on a thread of the pool, again and again if that may help, and returns it when it has succeeded.
    func perform(
        _ make: @Sendable () -> Libs3Call = { Libs3Call() }, _ start: @escaping Start
    ) async throws(ObjectStoreError) -> Libs3Call {
        var failures = 0
        while true {
            let call = make()
            guard let error = await failure(of: call, start) else { return call }
            failures += 1
            guard let delay = retries.delay(after: failures, error, jitter: .random(in: 0...1)) else { throw error }
            do { try await Task.sleep(for: delay) } catch { throw .cancelled }
        }
    }

    private func failure(of call: Libs3Call, _ start: @escaping Start) async -> ObjectStoreError? {
        let run: @Sendable () -> Void = { [library, bucket] in
            var context = bucket.context
            start(library, &context, Unmanaged.passUnretained(call).toOpaque())
        }
        await withTaskCancellationHandler {
            try? await pool.run(run)
        } onCancel: {
            call.isCancelled.store(true, ordering: .relaxed)
        }
        if call.isCancelled.load(ordering: .relaxed) { return .cancelled }
        if call.hasOverflowed { return .mismatch("more came than was asked for") }
        guard call.status != S3StatusOK else { return nil }
        return ObjectStoreError(call.status, name: library.name(of: call.status))
    }
}
