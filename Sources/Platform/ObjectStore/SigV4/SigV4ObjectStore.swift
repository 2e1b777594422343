package import EventLoop
package import HTTPClient
package import Kernel

/// S3 and what speaks its protocol: signed with SigV4, called over libcurl on the event loops.
///
/// Every payload's hash is signed, over TLS or not: what comes as a stream is gathered into parts first, and each part
/// is hashed off the loop, sent, and sent again if need be.
package final class SigV4ObjectStore: ObjectStore {
    let configuration: S3Configuration
    let address: S3Address
    let publicAddress: S3Address
    private let signer: SigV4Signer
    private let client: HTTPClient
    private let pool: BlockingPool
    private let clock: any WallClock
    let retries: RetryPolicy

    /// Answers to anything but a GET of an object are small.
    private static let answerLimit = 8_388_608
    /// Up to this many bytes, hashing takes the loop less than a millisecond or so.
    private static let hashedInline = 262_144

    /// - Parameter client: its egress policy must admit the endpoint.
    package convenience init(
        _ configuration: S3Configuration, client: HTTPClient, pool: BlockingPool, clock: any WallClock = SystemClock()
    ) throws(S3ConfigurationError) {
        try self.init(configuration, client: client, pool: pool, clock: clock, retries: RetryPolicy())
    }

    init(
        _ configuration: S3Configuration, client: HTTPClient, pool: BlockingPool, clock: any WallClock,
        retries: RetryPolicy
    ) throws(S3ConfigurationError) {
        address = try S3Address(
            endpoint: configuration.endpoint, bucket: configuration.bucket, pathStyle: configuration.pathStyle)
        publicAddress = try S3Address(
            endpoint: configuration.publicEndpoint ?? configuration.endpoint, bucket: configuration.bucket,
            pathStyle: configuration.pathStyle)
        guard configuration.partSize >= 5_242_880 else {
            throw S3ConfigurationError(description: "parts must have at least 5 MiB")
        }
        signer = SigV4Signer(
            accessKey: configuration.accessKey, secretKey: configuration.secretKey,
            sessionToken: configuration.sessionToken, region: configuration.region)
        self.configuration = configuration
        self.client = client
        self.pool = pool
        self.clock = clock
        self.retries = retries
    }

    /// One call to the store, as often as the retry policy allows.
    struct Call {
        var method: String
        var key: String?
        var query: [(String, String)] = []
        var headers: [(String, String)] = []
        var body: [UInt8]?
    }

    /// Sends the call until it succeeds or is not worth repeating, and reads the (small) answer to its end.
    func perform(_ call: Call) async throws(ObjectStoreError) -> Answer {
        try await attempt(call) { response throws(ObjectStoreError) in
            let bytes = try await ObjectBody(response.body).collect(limit: Self.answerLimit)
            // S3 says 200 to the end of an upload before it is sure, and may send an error after all.
            if let code = Self.errorCode(in: bytes) { throw ObjectStoreError(status: 500, code: code) }
            return Answer(response: response, bytes: bytes)
        }
    }

    /// Sends the call until its answer begins, and leaves the body to the caller.
    func open(_ call: Call) async throws(ObjectStoreError) -> ClientResponse {
        try await attempt(call) { response throws(ObjectStoreError) in response }
    }

    private func attempt<Result>(
        _ call: Call, _ receive: (ClientResponse) async throws(ObjectStoreError) -> Result
    ) async throws(ObjectStoreError) -> Result {
        let payloadHash = try await hash(call.body)
        var failures = 0
        while true {
            do {
                return try await receive(try await send(call, payloadHash))
            } catch {
                failures += 1
                guard let delay = retries.delay(after: failures, error, jitter: .random(in: 0...1)) else { throw error }
                do { try await Task.sleep(for: delay) } catch { throw .cancelled }
            }
        }
    }

    private func send(_ call: Call, _ payloadHash: String) async throws(ObjectStoreError) -> ClientResponse {
        let message = SigV4Signer.Message(
            method: call.method, host: address.host, path: address.path(of: call.key), query: call.query,
            headers: call.headers)
        let request = ClientRequest(
            method: call.method, url: address.url(path: message.path, query: PercentEncoding.query(call.query)),
            headers: signer.sign(message, payloadHash: payloadHash, at: clock.now),
            body: call.body.map { .bytes($0) } ?? .empty,
            timeouts: .init(connect: .seconds(5), firstByte: .seconds(30), idle: .seconds(30), total: nil))
        let response: ClientResponse
        do { response = try await client.send(request) } catch { throw ObjectStoreError(error) }
        guard (200...299).contains(response.status) else { throw await failure(response) }
        return response
    }

    /// The error's code, and only that: the rest of the answer may name keys and owners.
    private func failure(_ response: ClientResponse) async -> ObjectStoreError {
        let bytes = (try? await response.body.collect(limit: 65_536)) ?? []
        return ObjectStoreError(status: response.status, code: Self.errorCode(in: bytes) ?? "")
    }

    /// The code of an error body; empty when it has none that looks like one.
    private static func errorCode(in bytes: [UInt8]) -> String? {
        guard let root = try? XMLScanner.parse(bytes), root.name == "Error" else { return nil }
        guard let code = root["Code"], code.wholeMatch(of: /[A-Za-z0-9]{1,64}/) != nil else { return "" }
        return code
    }

    private func hash(_ body: [UInt8]?) async throws(ObjectStoreError) -> String {
        guard let body, !body.isEmpty else { return SigV4Signer.emptyPayload }
        guard body.count > Self.hashedInline else { return SHA256.hex(body) }
        do { return try await pool.run { SHA256.hex(body) } } catch { throw .cancelled }
    }

    func presigned(_ key: String, query: [(String, String)], seconds: Int) -> String {
        let message = SigV4Signer.Message(
            method: "GET", host: publicAddress.host, path: publicAddress.path(of: key), query: query)
        return publicAddress.url(
            path: message.path, query: signer.presign(message, expires: seconds, at: clock.now))
    }
}

/// A small answer, read to its end.
struct Answer {
    let response: ClientResponse
    let bytes: [UInt8]

    /// - Parameter root: what the root's name starts with; some stores leave out the `Result` at its end.
    func xml(_ root: String) throws(ObjectStoreError) -> XMLElement {
        guard let element = try? XMLScanner.parse(bytes), element.name.hasPrefix(root) else { throw .unreadableAnswer }
        return element
    }
}
