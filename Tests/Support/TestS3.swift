internal import Embedded
package import EventLoop
internal import Glibc
internal import HTTPClient
internal import Kernel
package import ObjectStore

/// A private S3 server for this test process: rclone, started once and ended with the process however that ends, or the
/// stricter one that `make test-s3` has started and names in `SPECWRIGHT_TEST_S3`.
package struct TestS3: Sendable {
    package let endpoint: String
    /// Whether it is radosgw: it takes SigV2 too, checks the hashes of payloads, and keeps to conditions.
    package static let isStrict = getenv("SPECWRIGHT_TEST_S3") != nil
    package static let accessKey = "test-access-key"
    package static let secretKey = "test-secret-key"
    package static let loops = EventLoopGroup(count: 2, name: "s3-test")
    package static let pool = BlockingPool(threads: 2)

    private static let started = Task { try await start() }

    package static var shared: TestS3 { get async throws { try await started.value } }

    /// A store over a bucket of its own.
    package func storeInNewBucket() async throws -> SigV4ObjectStore {
        let host = String(endpoint.drop { $0 != "/" }.dropFirst(2))
        let store = try SigV4ObjectStore(
            S3Configuration(
                endpoint: endpoint, bucket: "b\(UInt64.random(in: 0 ... .max))", accessKey: Self.accessKey,
                secretKey: Redacted(Self.secretKey)),
            client: HTTPClient(loops: Self.loops, egress: .allowing(hosts: [host], plainHTTP: true)), pool: Self.pool)
        try await store.ensureBucket()
        return store
    }

    /// What a URL gives to somebody without credentials.
    package static func fetch(_ url: String) async throws -> (status: Int, bytes: [UInt8]) {
        let client = HTTPClient(loops: loops, egress: .allowing(hosts: ["127.0.0.1"], plainHTTP: true))
        let response = try await client.send(ClientRequest(url: url))
        return (response.status, try await response.body.collect(limit: 64 << 20))
    }

    package static let repository = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

    private static func start() async throws -> TestS3 {
        if let named = getenv("SPECWRIGHT_TEST_S3") { return TestS3(endpoint: String(cString: named)) }
        // The shell is told when this process ends, however it ends; then it stops the server and cleans up.
        let script = """
            folder=$(mktemp -d /tmp/specwright-s3-XXXXXX) || exit 1
            trap 'kill $server; rm -rf "$folder"; exit 0' TERM
            setpriv --pdeathsig KILL "$0" serve s3 --addr 127.0.0.1:0 --vfs-cache-mode off "$folder" & server=$!
            wait $server
            """
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw TestFailure("no pipe") }
        let environment = ["RCLONE_CONFIG": "/dev/null", "RCLONE_AUTH_KEY": "\"\(accessKey),\(secretKey)\""]
        _ = try await Subprocess.start(
            Command(
                "/bin/sh", ["-c", script, try findProgram()], environment: environment, output: .descriptor(ends[1])))
        close(ends[1])
        let log = ends[0]
        // Its thread reads on for ever, so that the server never blocks on a full pipe.
        let lines = AsyncStream<String> { continuation in
            let reader = BlockingPool(threads: 1)
            Task {
                try await reader.run {
                    while let line = readLine(log) { continuation.yield(line) }
                    continuation.finish()
                }
            }
        }
        for await line in lines {
            if let match = line.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/) {
                return TestS3(endpoint: String(match.0))
            }
        }
        throw TestFailure("rclone ended before it served")
    }

    private static func readLine(_ descriptor: Int32) -> String? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(descriptor, &byte, 1) == 1 {
            if byte == 10 { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
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

package struct TestFailure: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
