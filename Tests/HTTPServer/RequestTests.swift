import EventLoop
import HTTPServer
import Kernel
import Testing

@Suite struct RequestTests {
    @Test func answersOneRequestAfterAnother() async throws {
        try await withServer({ request in .text(request.path) }) { server in
            let client = try server.connect()
            for path in ["/a", "/b/c", "/d%20e"] {
                let reply = try await client.exchange("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(reply.status == 200)
                #expect(reply.text == path)
                #expect(reply["connection"] == nil)
                #expect(try #require(reply["date"]).hasSuffix(" GMT"))
            }
        }
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
        let slow = Gate()
        try await withServer({ request in
            if request.path == "/0" { await slow.wait() }
            return .text(request.path)
        }) { server in
            let client = try server.connect()
            let many = (0..<40).map { "GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined()
            try await client.send(many)
            slow.open()
            for number in 0..<40 { #expect(try await client.reply().text == "/\(number)") }
        }
    }

    @Test func readsPipelinedBodies() async throws {
        try await withServer(echo) { server in
            let client = try server.connect()
            try await client.send(
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none"
                    + "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\ntw\r\n1;ext=\"1\"\r\no\r\n0\r\nT: t\r\n\r\n"
                    + "POST / HTTP/1.1\r\nHost: x\r\n\r\n" + "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
                    + "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nlast")
            for expected in ["one", "two", "", "", "last"] { #expect(try await client.reply().text == expected) }
        }
    }

    @Test(arguments: [1, 2, 3, 7, 50])
    func readsRequestsInPieces(size: Int) async throws {
        let request = Array(
            "\r\nPOST /p?q=1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: CHUNKED\r\n\r\na\r\n0123456789\r\n0\r\n\r\n".utf8
        )
        try await withServer(echo) { server in
            let client = try server.connect()
            for start in stride(from: 0, to: request.count, by: size) {
                try await client.send(Array(request[start..<min(start + size, request.count)]))
            }
            #expect(try await client.reply().text == "0123456789")
            #expect(try await client.exchange("POST / HTTP/1.1\r\nHost: x\r\n\r\n").status == 200)
        }
    }

    @Test func readsLargeBodies() async throws {
        let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await withServer({ request in
            var sum = 0
            var count = 0
            for try await chunk in request.body {
                count += chunk.count
                for byte in chunk { sum = (sum &* 31 &+ Int(byte)) & 0xFFFF_FFFF }
            }
            return .text("\(count) \(sum)")
        }) { server in
            let client = try server.connect()
            try await client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.count)\r\n\r\n")
            try await client.send(body)
            let sum = body.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF }
            #expect(try await client.reply().text == "3000000 \(sum)")
        }
    }

    @Test func findsHeadersAndQuery() async throws {
        try await withServer({ request in
            var lines = [request.headers["x-one"] ?? "-", request.headers["X-ONE"] ?? "-"]
            lines.append(request.headers.all("X-Two").joined(separator: ","))
            lines.append(request.headers["x-three"] ?? "-")
            lines.append(request.query.first("a") ?? "-")
            lines.append(request.query.first("b c") ?? "-")
            lines.append(request.query.names.joined(separator: ","))
            lines.append(request.remoteAddress)
            return .text(lines.joined(separator: "|"))
        }) { server in
            let reply = try await server.connect().exchange(
                "GET /?a=1+2%2B&b%20c=%C3%A9&&a=2&d HTTP/1.1\r\nHost: x\r\nX-One: \t1 \t\r\nx-TWO:2\r\nX-Two: 3\r\n"
                    + "X-Three:\r\n\r\n")
            #expect(reply.text == "1|1|2,3||1 2+|é|a,b c,a,d|127.0.0.1")
        }
    }

    @Test func takesWholeURLs() async throws {
        try await withServer({ request in .text(request.path) }) { server in
            let client = try server.connect()
            let reply = try await client.exchange(
                "GET http://EXAMPLE.org:80/a?b HTTP/1.1\r\nHost: example.org:80\r\n\r\n")
            #expect(reply.text == "/a")
        }
    }

    @Test func closesAfterHTTP10() async throws {
        try await withServer({ _ in .text("old") }) { server in
            let client = try server.connect()
            let reply = try await client.exchange("GET / HTTP/1.0\r\n\r\n")
            #expect(reply.text == "old")
            #expect(reply["connection"] == "close")
            #expect(try await client.receiveAll().isEmpty)
        }
    }

    @Test(arguments: ["close", "Close", "x, close", "keep-alive,close ,x"])
    func closesWhenAsked(connection: String) async throws {
        try await withServer({ _ in .text("bye") }) { server in
            let client = try server.connect()
            let reply = try await client.exchange("GET / HTTP/1.1\r\nHost: x\r\nConnection: \(connection)\r\n\r\n")
            #expect(reply["connection"] == "close")
            #expect(try await client.receiveAll().isEmpty)
        }
    }

    @Test func echoesOnlyRequestIDsThatAreUUIDs() async throws {
        try await withServer({ request in .text(request.id.description) }) { server in
            let client = try server.connect()
            let sent = "018F4E6A-0000-7000-8000-0123456789AB"
            let echoed = try await client.exchange("GET / HTTP/1.1\r\nHost: x\r\nX-Request-Id: \(sent)\r\n\r\n")
            #expect(echoed["x-request-id"] == sent.lowercased())
            #expect(echoed.text == sent.lowercased())
            for other in ["", "1", sent + "0", "<script>", "018f4e6a00007000800001234567 89ab"] {
                let reply = try await client.exchange("GET / HTTP/1.1\r\nHost: x\r\nX-Request-Id: \(other)\r\n\r\n")
                let made = try #require(reply["x-request-id"])
                #expect(RequestID(made) != nil)
                #expect(made != other)
            }
        }
    }

    @Test func connectsToBothLoops() async throws {
        try await withServer({ request in .text(request.loop.name) }) { server in
            var names: [String: Int] = [:]
            var clients: [RawClient] = []
            for _ in 0..<6 {
                let client = try server.connect()
                names[try await client.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").text, default: 0] += 1
                clients.append(client)
            }
            #expect(names.values.sorted() == [3, 3])
        }
    }
}
