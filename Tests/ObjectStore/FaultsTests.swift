import EventLoop
import HTTPServer
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import ObjectStore

/// Against a server that answers as the test says.
@Suite(.timeLimit(.minutes(1)))
struct FaultsTests {
    private typealias Seen = @Sendable (_ operation: String, _ times: Int) -> (Int, [(String, String)], String)?

    /// Operations in order, as `PUT /bucket/key?partNumber`; shared with the server's loops.
    private final class Log: Sendable {
        private let operations = Mutex<[String]>([])

        var all: [String] { operations.withLock { $0 } }

        /// - Returns: how often that operation has been seen, this time included.
        func add(_ operation: String) -> Int {
            operations.withLock { operations in
                operations.append(operation)
                return operations.filter { $0 == operation }.count
            }
        }
    }

    private func error(_ status: Int, _ code: String) -> (Int, [(String, String)], String) {
        (status, [], "<Error><Code>\(code)</Code><Message>secret details</Message></Error>")
    }

    /// Runs a store against a server that answers each operation by `answer`, or with an empty 200.
    private func withStore(
        attempts: Int = 4, _ answer: @escaping Seen, _ body: (SigV4ObjectStore, Log) async throws -> Void
    ) async throws {
        let log = Log()
        let server = HTTPServer(
            configuration: HTTPServerConfiguration(), loops: TestS3.loops,
            logger: Logger(component: "test", sink: .discard), metrics: Metrics()
        ) { request in
            _ = try await request.body.collect(limit: 16_000_000)
            let names = request.query.names.filter { $0 != "list-type" && $0 != "max-keys" && $0 != "prefix" }
            let operation = "\(request.method.rawValue) \(request.path)" + names.map { "?\($0)" }.joined()
            let (status, headers, text) = answer(operation, log.add(operation)) ?? (200, [], "")
            return Response(status: status, headers: HTTPHeaders(headers), body: .bytes(Array(text.utf8)))
        }
        let port = try await server.start().port
        do {
            try await body(try TestS3.store(endpoint: "http://127.0.0.1:\(port)", attempts: attempts), log)
            await server.drain(deadline: .zero)
        } catch {
            await server.drain(deadline: .zero)
            throw error
        }
    }

    @Test func passingTroubleIsRidden() async throws {
        try await withStore { _, times in
            times == 1 ? error(503, "SlowDown") : times == 2 ? error(500, "InternalError") : nil
        } _: { store, log in
            try await store.put("a", [1, 2, 3], contentType: "a/b")
            try await store.delete("a")
            #expect(log.all.count == 6)
        }
    }

    @Test func lastingTroubleIsTold() async throws {
        try await withStore(attempts: 3) { _, _ in
            error(503, "SlowDown")
        } _: { store, log in
            await #expect(throws: ObjectStoreError.unavailable(status: 503, code: "SlowDown")) {
                try await store.get("a")
            }
            #expect(log.all.count == 3)
        }
    }

    @Test func refusalsAreNotRepeated() async throws {
        try await withStore { operation, _ in
            operation.hasPrefix("GET") ? error(403, "AccessDenied") : error(400, "<b>")
        } _: { store, log in
            await #expect(throws: ObjectStoreError.denied(code: "AccessDenied")) { try await store.get("a") }
            do {
                try await store.put("a", [1], contentType: "a/b")
                Issue.record("the server refused it")
            } catch {
                #expect(!String(reflecting: error).contains("secret"))
                #expect(error as? ObjectStoreError == .rejected(status: 400, code: ""))
            }
            #expect(log.all.count == 2)
        }
    }

    @Test func anUnreachableStoreIsTold() async throws {
        let store = try TestS3.store(endpoint: "http://127.0.0.1:1", attempts: 2)
        await #expect {
            try await store.head("a")
        } throws: {
            if case .network = $0 as? ObjectStoreError { true } else { false }
        }
    }

    @Test func answersThatMakeNoSenseAreTold() async throws {
        try await withStore { operation, _ in
            switch operation {
            case "GET /bucket": (200, [], "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>")
            case "GET /bucket?continuation-token": (200, [], "<html></html>")
            case "GET /bucket/whole": (200, [], "whole")
            case "GET /bucket/other": (206, [("Content-Range", "bytes 2-4/9")], "abc")
            default: nil
            }
        } _: { store, _ in
            await #expect(throws: ObjectStoreError.unreadableAnswer) { try await store.list(prefix: "") }
            await #expect(throws: ObjectStoreError.unreadableAnswer) {
                try await store.list(prefix: "", continuation: "x", limit: 1)
            }
            for key in ["whole", "other"] {
                await #expect {
                    try await store.get(key, range: 1..<4)
                } throws: {
                    if case .mismatch = $0 as? ObjectStoreError { true } else { false }
                }
            }
        }
    }

    // MARK: Uploads in parts

    private let large = [UInt8](repeating: 1, count: 5_242_880 + 1)

    private func upload(_ operation: String) -> (Int, [(String, String)], String)? {
        switch operation {
        case "POST /bucket/large?uploads":
            (200, [], "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")
        case "PUT /bucket/large?partNumber?uploadId": (200, [("ETag", "\"a&b\"")], "")
        case "POST /bucket/large?uploadId":
            (200, [], "<CompleteMultipartUploadResult></CompleteMultipartUploadResult>")
        case "HEAD /bucket/large": (200, [], String(repeating: "x", count: 5_242_881))
        default: nil
        }
    }

    private let beginning = "POST /bucket/large?uploads"
    private let part = "PUT /bucket/large?partNumber?uploadId"
    private let completion = "POST /bucket/large?uploadId"
    private let abortion = "DELETE /bucket/large?uploadId"

    @Test func partsAreRepeatedOneByOne() async throws {
        try await withStore { operation, times in
            operation == part && times == 2 ? error(500, "InternalError") : upload(operation)
        } _: { store, log in
            try await store.put("large", large, contentType: "a/b")
            #expect(log.all == [beginning, part, part, part, completion])
        }
    }

    @Test func anUploadThatFailsIsAborted() async throws {
        try await withStore(attempts: 2) { operation, times in
            operation == part && times > 1 ? error(503, "SlowDown") : upload(operation)
        } _: { store, log in
            await #expect(throws: ObjectStoreError.unavailable(status: 503, code: "SlowDown")) {
                try await store.put("large", large, contentType: "a/b")
            }
            #expect(log.all == [beginning, part, part, part, abortion])
        }
    }

    @Test func anUploadThatIsCancelledIsAborted() async throws {
        let (stuck, tell) = AsyncStream<Void>.makeStream()
        try await withStore { operation, _ in
            upload(operation)
        } _: { store, log in
            let chunk = [UInt8](repeating: 1, count: 5_242_880)
            let sent = Mutex(false)
            let task = Task {
                try await store.put(
                    "large",
                    .stream(length: nil) {
                        if sent.withLock({ sent in
                            defer { sent = true }; return !sent
                        }) {
                            return chunk
                        }
                        tell.yield()
                        while !Task.isCancelled { await Task.yield() }
                        throw CancellationError()
                    }, contentType: "a/b")
            }
            for await _ in stuck { break }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(log.all == [beginning, part, abortion])
        }
    }

    @Test func anErrorInsideASuccessIsAnError() async throws {
        try await withStore(attempts: 2) { operation, times in
            guard operation == completion, times == 1 else { return upload(operation) }
            return (200, [], "<?xml version=\"1.0\"?>\n\n <Error><Code>InternalError</Code></Error>")
        } _: { store, log in
            try await store.put("large", large, contentType: "a/b")
            #expect(log.all == [beginning, part, part, completion, completion])
        }
    }

    @Test func aCompletionWhoseAnswerWasLostIsOne() async throws {
        try await withStore { operation, times in
            guard operation == completion else { return upload(operation) }
            return times == 1 ? error(500, "InternalError") : error(404, "NoSuchUpload")
        } _: { store, log in
            try await store.put("large", large, contentType: "a/b")
            #expect(log.all.last == "HEAD /bucket/large")
        }
    }
}
