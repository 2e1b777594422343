import HTTPServer
import Synchronization
import Telemetry
import Testing

@Suite struct CancellationTests {
    /// A client that closes its half may still be reading.
    @Test func cancelsThePlainRequestOfAClientThatGoesButLetsItAnswer() async throws {
        let started = Gate()
        try await withServer({ _ in
            started.open()
            await untilCancelled()
            return .text("late")
        }) { server in
            let client = try server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await started.wait()
            client.finish()
            #expect(try await client.reply().text == "late")
            #expect(try await client.receiveAll().isEmpty)
        }
    }

    @Test func closesWithoutAWordWhenTheHandlerGivesUp() async throws {
        let started = Gate()
        let log = LogCapture()
        try await withServer(
            { _ in
                started.open()
                try await Task.sleep(for: .seconds(3_600))
                return .text("never")
            }, logger: Logger(component: "test", sink: log.sink)
        ) { server in
            let client = try server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await started.wait()
            client.finish()
            #expect(try await client.receiveAll().isEmpty)
            await eventually { log.lines.contains { $0.contains(#""status":499"#) } }
            #expect(log.lines.contains { $0.contains(#""status":499"#) })
            #expect(!log.lines.contains { $0.contains(#""level":"error""#) })
        }
    }

    @Test func cancelsOnReset() async throws {
        let started = Gate()
        let ended = Gate()
        try await withServer({ _ in
            started.open()
            await untilCancelled()
            ended.open()
            return .text("nobody")
        }) { server in
            let client = try server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await started.wait()
            client.reset()
            await ended.wait()
        }
    }

    @Test func tellsAReaderThatTheBodyBrokeOff() async throws {
        let failures = Mutex<[String]>([])
        let ended = Gate()
        try await withServer({ request in
            do {
                _ = try await request.body.collect(limit: 100)
            } catch {
                failures.withLock { $0.append("\(error)") }
                ended.open()
                throw error
            }
            return .text("whole")
        }) { server in
            let client = try server.connect()
            try await client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
            client.finish()
            await ended.wait()
            #expect(try await client.reply().status == 400)
            #expect(failures.withLock { $0 } == ["malformed-request (400): The body ended before it was complete."])
        }
    }

    @Test func answersRequestsThatCameBeforeTheEnd() async throws {
        try await withServer({ request in .text(request.path) }) { server in
            let client = try server.connect()
            try await client.send(
                "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HTTP/1.1\r\nHost: x\r\n\r\n"
            )
            client.finish()
            for path in ["/1", "/2", "/3"] { #expect(try await client.reply().text == path) }
            #expect(try await client.receiveAll().isEmpty)
        }
    }
}
