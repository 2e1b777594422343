import HTTPServer
import Testing

@Suite struct LimitTests {
    @Test func limitsBodies() async throws {
        try await withServer(echo, configure: { $0.maximumBodyBytes = 10 }) { server in
            let announced = try server.connect()
            let early = try await announced.exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n")
            #expect(early.status == 413)
            #expect(try await announced.receiveAll().isEmpty)

            let chunked = try server.connect()
            let late = try await chunked.exchange(
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n123456\r\n5\r\n12345\r\n0\r\n\r\n"
            )
            #expect(late.status == 413)

            let fits = try server.connect()
            let reply = try await fits.exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123456789")
            #expect(reply.text == "0123456789")
        }
    }

    @Test func limitsWhatAHandlerCollects() async throws {
        try await withServer({ request in
            Response(body: .bytes(try await request.body.collect(limit: 4)))
        }) { server in
            let announced = try server.connect()
            #expect(
                try await announced.exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n").status == 413)
            let chunked = try server.connect()
            try await chunked.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
            try await chunked.send("2\r\nde\r\n")
            let reply = try await chunked.reply()
            #expect(reply.status == 413)
            #expect(reply["connection"] == "close")
        }
    }

    @Test func answers413WhileTheClientIsStillSending() async throws {
        try await withServer({ request in
            Response(body: .bytes(try await request.body.collect(limit: 1_000)))
        }) { server in
            let client = try server.connect()
            try await client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n")
            // Were the connection closed with this unread, RST would take the answer along.
            try? await client.send([UInt8](repeating: 0x61, count: 600_000))
            #expect(try await client.reply().status == 413)
        }
    }

    @Test func limitsHeads() async throws {
        try await withServer({ _ in .text("ok") }, configure: { $0.maximumHeadBytes = 1_000 }) { server in
            let filler = String(repeating: "f", count: 2_000)
            let whole = try server.connect()
            #expect(try await whole.exchange("GET / HTTP/1.1\r\nHost: x\r\nA: \(filler)\r\n\r\n").status == 431)
            let endless = try server.connect()
            #expect(try await endless.exchange("GET / HTTP/1.1\r\nHost: x\r\nA: \(filler)").status == 431)
            let endlessAddress = try server.connect()
            #expect(try await endlessAddress.exchange("GET /\(filler)").status == 414)
            let fields = String(repeating: "A: b\r\n", count: 101)
            let many = try server.connect()
            #expect(try await many.exchange("GET / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n").status == 431)
            #expect(try await many.receiveAll().isEmpty)
        }
    }

    @Test func limitsAddresses() async throws {
        try await withServer({ _ in .text("ok") }, configure: { $0.maximumTargetBytes = 100 }) { server in
            let path = String(repeating: "p", count: 99)
            let client = try server.connect()
            #expect(try await client.exchange("GET /\(path) HTTP/1.1\r\nHost: x\r\n\r\n").status == 200)
            #expect(try await client.exchange("GET /\(path)p HTTP/1.1\r\nHost: x\r\n\r\n").status == 414)
        }
    }

    @Test func givesUpOnSlowHeads() async throws {
        try await withServer({ _ in .text("ok") }, configure: { $0.headDeadline = .milliseconds(250) }) { server in
            let slow = try server.connect()
            let reply = try await slow.exchange("GET / HTTP/1.1\r\nHost:")
            #expect(reply.status == 408)
            #expect(try await slow.receiveAll().isEmpty)
            // One that never said anything is closed without a word.
            #expect(try await server.connect().receiveAll().isEmpty)
        }
    }

    @Test func doesNotLetAHeadTrickle() async throws {
        try await withServer({ _ in .text("ok") }, configure: { $0.headDeadline = .milliseconds(500) }) { server in
            let slow = try server.connect()
            try await slow.send("G")
            let trickle = Task {
                while true {
                    try await slow.send("G")
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
            #expect(try await slow.reply().status == 408)
            trickle.cancel()
        }
    }

    @Test func givesUpOnSlowBodies() async throws {
        try await withServer(echo, configure: { $0.bodyDeadline = .milliseconds(60) }) { server in
            let slow = try server.connect()
            let reply = try await slow.exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel")
            #expect(reply.status == 408)
            #expect(reply["connection"] == "close")
            #expect(try await slow.receiveAll().isEmpty)
        }
    }

    @Test func closesIdleConnections() async throws {
        try await withServer({ _ in .text("ok") }, configure: { $0.keepAlive = .milliseconds(60) }) { server in
            let client = try server.connect()
            #expect(try await client.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status == 200)
            #expect(try await client.receiveAll().isEmpty)
        }
    }

    @Test func capsConnections() async throws {
        try await withServer({ _ in .text("ok") }, configure: { $0.maximumConnections = 2 }) { server in
            let first = try server.connect()
            let second = try server.connect()
            for client in [first, second] {
                #expect(try await client.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status == 200)
            }
            let third = try server.connect()
            let reply = try await third.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(reply.status == 503)
            #expect(reply["retry-after"] == "5")
            #expect(try await third.receiveAll().isEmpty)
            first.close()
            // The place is free as soon as the server has seen the end.
            var status = 503
            while status == 503 {
                status = try await server.connect().exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status
            }
            #expect(status == 200)
        }
    }

    @Test func capsConnectionsOfOnePeer() async throws {
        try await withServer(
            { _ in .text("ok") },
            configure: {
                $0.maximumConnectionsPerPeer = 1
                $0.limitsLoopback = true
            }
        ) { server in
            let first = try server.connect()
            #expect(try await first.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status == 200)
            #expect(try await server.connect().exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status == 503)
        }
        try await withServer({ _ in .text("ok") }, configure: { $0.maximumConnectionsPerPeer = 1 }) { server in
            let first = try server.connect()
            #expect(try await first.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status == 200)
            #expect(try await server.connect().exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status == 200)
        }
    }
}
