import HTTPServer
import Testing

@Suite struct DrainTests {
    @Test func finishesWhatIsUnderWay() async throws {
        let started = Gate()
        let proceed = Gate()
        try await withServer({ request in
            if request.path == "/slow" {
                started.open()
                await proceed.wait()
            }
            return .text("done")
        }) { server in
            let idle = try server.connect()
            #expect(try await idle.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status == 200)
            let busy = try server.connect()
            try await busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n")
            await started.wait()
            let drained = Gate()
            Task {
                await server.server.drain(deadline: .seconds(30))
                drained.open()
            }
            #expect(try await idle.receiveAll().isEmpty)
            #expect(throws: RawClient.Failure.self) { try server.connect() }
            proceed.open()
            let reply = try await busy.reply()
            #expect(reply.text == "done")
            #expect(reply["connection"] == "close")
            #expect(try await busy.receiveAll().isEmpty)
            await drained.wait()
        }
    }

    @Test func endsEventStreamsWithALastEvent() async throws {
        try await withServer({ _ in
            .eventStream { events in
                try await events.send(data: [0x31])
                await untilCancelled()
            }
        }) { server in
            let client = try server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await client.head()
            #expect(try await client.chunk() == Array("data: 1\n\n".utf8))
            await server.server.drain(deadline: .seconds(30))
            #expect(try await client.chunk() == Array("event: drain\ndata: {}\n\n".utf8))
            #expect(try await client.chunk() == nil)
            #expect(try await client.receiveAll().isEmpty)
        }
    }

    @Test func forcesTheRestAtTheDeadline() async throws {
        let started = Gate()
        let cancelled = Gate()
        try await withServer({ _ in
            started.open()
            await untilCancelled()
            cancelled.open()
            return .text("too late")
        }) { server in
            let client = try server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await started.wait()
            await server.server.drain(deadline: .milliseconds(50))
            await cancelled.wait()
            #expect(try await client.receiveAll().isEmpty)
        }
    }

    @Test func canBeAskedTwice() async throws {
        try await withServer({ _ in .text("ok") }) { server in
            async let first: Void = server.server.drain(deadline: .seconds(5))
            async let second: Void = server.server.drain(deadline: .seconds(5))
            _ = await (first, second)
        }
    }
}
