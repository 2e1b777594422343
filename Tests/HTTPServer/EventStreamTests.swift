import HTTPServer
import Kernel
import Telemetry
import Testing

@Suite struct EventStreamTests {
    @Test func sendsEvents() async throws {
        try await withServer({ _ in
            .eventStream { events in
                try await events.send(id: "1\r\n2", event: "n\0ame", data: Array("a\nb\r\nc\rd".utf8))
                try await events.comment("no\nthing")
                try await events.send(data: [])
            }
        }) { server in
            let client = try server.connect()
            let reply = try await client.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(reply["content-type"] == "text/event-stream")
            #expect(reply["cache-control"] == "no-store")
            #expect(reply["x-accel-buffering"] == "no")
            let expected = "id: 12\nevent: name\ndata: a\ndata: b\ndata: c\ndata: d\n\n: nothing\n\ndata: \n\n"
            #expect(reply.text == expected)
            #expect(try await client.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status == 200)
        }
    }

    @Test func keepsSilentStreamsAlive() async throws {
        try await withServer(
            { _ in .eventStream { _ in await untilCancelled() } },
            configure: { $0.eventKeepAlive = .milliseconds(40) }
        ) { server in
            let client = try server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await client.head()
            for _ in 0..<3 { #expect(try await client.chunk() == Array(": keep-alive\n\n".utf8)) }
        }
    }

    @Test(arguments: [false, true])
    func endsWhenTheClientGoes(byReset: Bool) async throws {
        let ended = Gate()
        try await withServer({ _ in
            .eventStream { events in
                try await events.send(data: [0x31])
                await untilCancelled()
                // Whoever does not look at cancellation learns it from the next write.
                do {
                    try await events.send(data: [0x32])
                    Issue.record("wrote to a client that is gone")
                } catch {
                    #expect(error is ClientGone)
                }
                ended.open()
            }
        }) { server in
            let client = try server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await client.receive(containing: "data: 1")
            if byReset { client.reset() } else { client.finish() }
            await ended.wait()
        }
    }

    /// Memory is printed, not asserted: it depends on the allocator and on what else the process holds.
    @Test func holdsManyStreams() async throws {
        let count = 2_000
        let broadcast = Gate()
        try await withServer({ _ in
            .eventStream { events in
                try await events.send(data: Array("hello".utf8))
                await broadcast.wait()
                try await events.send(event: "news", data: Array("all".utf8))
                await untilCancelled()
            }
        }) { server in
            let before = residentBytes()
            var clients: [RawClient] = []
            for _ in 0..<count {
                let client = try server.connect()
                try await client.send(
                    "GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(String(repeating: "t", count: 500))\r\n\r\n")
                clients.append(client)
            }
            for client in clients { _ = try await client.receive(containing: "hello") }
            let each = (residentBytes() - before) / count
            print("\(count) idle event streams: memory grew by \(each) bytes each, clients and other tests included")
            #expect(server.metricsText.contains("http_open_streams \(count)\n"))
            broadcast.open()
            for client in clients { #expect(try await client.receive(containing: "all").contains("event: news")) }
            for client in clients { client.close() }
            await eventually {
                server.metricsText.contains("http_open_streams 0\n")
            }
        }
    }
}
