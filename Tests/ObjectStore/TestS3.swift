import EventLoop
import Glibc
import HTTPClient
import Kernel

@testable import ObjectStore

/// A private S3 server (rclone) for this test process: started once, ended with the process however that ends.
struct TestS3 {
    let endpoint: String
    static let accessKey = "test-access-key"
    static let secretKey = "test-secret-key"
    static let loops = EventLoopGroup(count: 2, name: "s3-test")
    static let pool = BlockingPool(threads: 2)

    private static let started = Result { try start() }

    static var shared: TestS3 { get throws { try started.get() } }

    /// A store over a bucket of its own.
    func store(
        bucket: String? = nil, secretKey: String = TestS3.secretKey, attempts: Int = 4, partSize: Int = 5_242_880
    ) async throws -> SigV4ObjectStore {
        let bucket = bucket ?? "b\(UInt64.random(in: 0 ... .max))"
        let store = try Self.store(
            endpoint: endpoint, bucket: bucket, secretKey: secretKey, attempts: attempts, partSize: partSize)
        if secretKey == Self.secretKey { try await store.ensureBucket() }
        return store
    }

    static func store(
        endpoint: String, bucket: String = "bucket", secretKey: String = TestS3.secretKey, attempts: Int = 4,
        partSize: Int = 5_242_880
    ) throws -> SigV4ObjectStore {
        let host = String(endpoint.drop { $0 != "/" }.dropFirst(2))
        return try SigV4ObjectStore(
            S3Configuration(
                endpoint: endpoint, bucket: bucket, accessKey: accessKey, secretKey: Redacted(secretKey),
                partSize: partSize),
            client: HTTPClient(loops: loops, egress: .allowing(hosts: [host], plainHTTP: true)), pool: pool,
            clock: SystemClock(),
            retries: RetryPolicy(attempts: attempts, firstDelay: .milliseconds(1), longestDelay: .milliseconds(4)))
    }

    /// The tests of a path inside the repository: `…/Tests/ObjectStore/TestS3.swift` up three.
    static let repository = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

    private static func start() throws -> TestS3 {
        let program = try findProgram()
        // The shell dies, and cleans up, with the thread that started it, and that one only ends with this process.
        let script = """
            folder=$(mktemp -d /tmp/specwright-s3-XXXXXX) || exit 1
            trap 'kill $server; rm -rf "$folder"; exit 0' TERM
            setpriv --pdeathsig KILL "$0" serve s3 --config /dev/null --addr 127.0.0.1:0 \
                --auth-key "$1" --vfs-cache-mode off "$folder" & server=$!
            wait $server
            """
        let process = try ChildProcess([
            "setpriv", "--pdeathsig", "TERM", "sh", "-c", script, program, "\(accessKey),\(secretKey)",
        ])
        while let line = process.readErrorLine() {
            guard let match = line.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/) else { continue }
            process.drainErrors()
            return TestS3(endpoint: String(match.0))
        }
        throw TestFailure("rclone ended before it served")
    }

    private static func findProgram() throws -> String {
        if let named = getenv("SPECWRIGHT_RCLONE") { return String(cString: named) }
        let inVenv = repository + "/.venv/bin/rclone"
        if access(inVenv, X_OK) == 0 { return inVenv }
        for folder in String(cString: getenv("PATH")).split(separator: ":") where access("\(folder)/rclone", X_OK) == 0
        {
            return "\(folder)/rclone"
        }
        throw TestFailure("no rclone: set SPECWRIGHT_RCLONE, or install tools/requirements.txt into .venv")
    }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
