import Embedded
import Glibc
import Kernel
import TestSupport
import Testing

@Suite struct EmbeddedObjectStoreTests {
    private let configuration = EmbeddedObjectStore.Configuration(toolsFolder: TestCluster.repository + "/.venv/bin")

    /// The HTTP status that curl(1) gets for a request signed with `secret`.
    private func status(
        _ store: EmbeddedObjectStore, _ method: String, _ path: String, secret: String
    ) async throws
        -> String
    {
        var arguments = [
            "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--request", method, "--aws-sigv4",
            "aws:amz:us-east-1:s3", "--user", "\(store.accessKey):\(secret)", "--header",
            // The SHA-256 of nothing.
            "x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            store.endpoint + path,
        ]
        // A body of nothing, for a PUT without a length is refused.
        arguments += method == "PUT" ? ["--data", "", "--header", "content-type: text/plain"] : []
        return try await Subprocess.run(Command("/usr/bin/curl", arguments)).output
    }

    @Test func `serves whoever has the keys, and keeps objects and keys across starts`() async throws {
        try await withTemporaryState { state in
            let store = try await EmbeddedObjectStore.start(configuration, in: state)
            #expect(store.endpoint.hasPrefix("http://127.0.0.1:"))
            let secret = store.secretKey.value
            #expect(try await status(store, "PUT", "/bucket", secret: secret) == "200")
            #expect(try await status(store, "PUT", "/bucket/a", secret: secret) == "200")
            #expect(try await status(store, "GET", "/bucket/a", secret: String(secret.reversed())) == "403")
            #expect("\(store.secretKey)" == "[redacted]")
            await store.stop()
            #expect(store.process.ending != nil)

            let again = try await EmbeddedObjectStore.start(configuration, in: state)
            #expect(again.accessKey == store.accessKey)
            #expect(try await status(again, "GET", "/bucket/a", secret: secret) == "200")
            #expect(try await status(again, "GET", "/bucket/b", secret: secret) == "404")
            await again.stop()
        }
    }

    @Test func `two run beside each other`() async throws {
        try await withTemporaryState { first in
            try await withTemporaryState { second in
                let one = try await EmbeddedObjectStore.start(configuration, in: first)
                let two = try await EmbeddedObjectStore.start(configuration, in: second)
                #expect(one.endpoint != two.endpoint)
                #expect(one.secretKey.value != two.secretKey.value)
                await one.stop()
                await two.stop()
            }
        }
    }

    @Test func `shows its secret in no argument`() async throws {
        try await withTemporaryState { state in
            let store = try await EmbeddedObjectStore.start(configuration, in: state)
            let words = try await Subprocess.run(Command("/usr/bin/cat", ["/proc/\(store.process.pid)/cmdline"])).output
            #expect(words.contains("serve"))
            #expect(!words.contains(store.secretKey.value))
            await store.stop()
        }
    }
}
