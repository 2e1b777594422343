import HTTPServer
import Synchronization
import Telemetry
import Testing

@Suite struct StreamTests {
    private struct Broken: Error {}

    @Test func streamsInChunks() async throws {
        try await withServer({ _ in
            Response(
                body: .stream(contentLength: nil) { writer in
                    for number in 0..<3 {
                        try await writer.write(Array("part \(number)".utf8))
                        try await writer.write([])
                        await Task.yield()
                    }
                    try await writer.write([UInt8](repeating: 0x78, count: 100_000))
                })
        }) { server in
            let client = try server.connect()
            for _ in 0..<2 {
                let reply = try await client.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(reply["transfer-encoding"] == "chunked")
                #expect(reply.text.hasPrefix("part 0part 1part 2xxx"))
                #expect(reply.body.count == 100_018)
            }
        }
    }

    @Test func streamsWithALength() async throws {
        try await withServer({ _ in
            Response(
                body: .stream(contentLength: 6) { writer in
                    try await writer.write(Array("abc".utf8))
                    try await writer.write(Array("def".utf8))
                })
        }) { server in
            let client = try server.connect()
            for _ in 0..<2 {
                let reply = try await client.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(reply["content-length"] == "6")
                #expect(reply.text == "abcdef")
            }
        }
    }

    @Test func streamsToHTTP10UntilItCloses() async throws {
        try await withServer({ _ in
            Response(body: .stream(contentLength: nil) { try await $0.write(Array("all".utf8)) })
        }) { server in
            let reply = try await server.connect().exchange("GET / HTTP/1.0\r\n\r\n")
            #expect(reply["transfer-encoding"] == nil)
            #expect(reply.text == "all")
        }
    }

    /// A body that is cut short must not look complete.
    @Test(arguments: ["/throws", "/short", "/long"])
    func breaksOffWhatItCannotComplete(path: String) async throws {
        let log = LogCapture()
        try await withServer(
            { request in
                let length = request.path == "/throws" ? nil : 6
                let path = request.path
                return Response(
                    body: .stream(contentLength: length) { writer in
                        try await writer.write(Array("abcd".utf8))
                        if path == "/throws" { throw Broken() }
                        if path == "/long" { try await writer.write(Array("efg".utf8)) }
                    })
            }, logger: Logger(component: "test", sink: log.sink)
        ) { server in
            let client = try server.connect()
            try await client.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
            let text = String(decoding: try await client.receiveAll(), as: UTF8.self)
            #expect(text.contains("abcd"))
            #expect(!text.contains("efg"))
            #expect(!text.hasSuffix("0\r\n\r\n"))
            #expect(log.lines.contains { $0.contains("stream failed") })
        }
    }

    @Test func slowsTheWriterToTheReadersPace() async throws {
        let written = Atomic<Int>(0)
        let piece = [UInt8](repeating: 0x70, count: 64 * 1_024)
        let total = 512
        try await withServer({ _ in
            Response(
                body: .stream(contentLength: nil) { writer in
                    for _ in 0..<total {
                        try await writer.write(piece)
                        written.add(piece.count, ordering: .sequentiallyConsistent)
                    }
                })
        }) { server in
            let client = try server.connect(receiveBuffer: 65_536)
            let head = try await {
                try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                return try await client.head()
            }()
            #expect(head.status == 200)
            // Without anyone reading, the writer comes to rest with the sockets' buffers and the queue full.
            var seen = -1
            while seen != written.load(ordering: .sequentiallyConsistent) {
                seen = written.load(ordering: .sequentiallyConsistent)
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(seen < total * piece.count / 2)
            #expect(try await client.chunkedBody().count == total * piece.count)
        }
    }

    @Test func givesUpOnAClientThatDoesNotRead() async throws {
        let gone = Gate()
        try await withServer(
            { _ in
                Response(
                    body: .stream(contentLength: nil) { writer in
                        defer { gone.open() }
                        while true { try await writer.write([UInt8](repeating: 0, count: 65_536)) }
                    })
            }, configure: { $0.writeStall = .milliseconds(80) }
        ) { server in
            let client = try server.connect(receiveBuffer: 4_096)
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await gone.wait()
            _ = client
        }
    }

    @Test func answersWhileItReads() async throws {
        try await withServer({ request in
            let body = request.body
            return Response(
                body: .stream(contentLength: nil) { writer in
                    for try await chunk in body { try await writer.write(chunk.map { $0 ^ 0x20 }) }
                })
        }) { server in
            let client = try server.connect()
            try await client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            _ = try await client.head()
            for text in ["one", "two"] {
                try await client.send("3\r\n\(text)\r\n")
                #expect(try await client.chunk() == Array(text.uppercased().utf8))
            }
            try await client.send("0\r\n\r\n")
            #expect(try await client.chunk() == nil)
        }
    }
}
