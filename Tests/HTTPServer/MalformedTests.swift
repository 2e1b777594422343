import HTTPServer
import Kernel
import Synchronization
import Telemetry
import Testing

/// Messages that two readers could take differently. Each gets 400 and its connection is closed, so that what follows
/// is never read as a request.
@Suite struct MalformedTests {
    static let messages: [String] =
        [
            // Two lengths.
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\na",
        ]
        + ["+1", "-1", "0x1", "1a", "", "1 1", "1.0", "99999999999999999999", "\u{0661}"].map {
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \($0)\r\n\r\na"
        }
        + [
            "gzip", "chunked, gzip", "gzip, chunked", "chunked, chunked", "identity", "xchunked", "chunked;q=1", "",
            "\"chunked\"", "chunked\u{0B}",
        ].map { "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \($0)\r\n\r\n0\r\n\r\n" }
        + [
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            // Lines.
            "GET / HTTP/1.1\nHost: x\n\n",
            "GET / HTTP/1.1\r\nHost: x\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nA: b\nB: c\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nA: b\rB: c\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\n\rA: b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n folded\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n\tfolded\r\n\r\n",
            "GET / HTTP/1.1\r\n Host: x\r\n\r\n",
            "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
            "\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
            "\r \nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
            // Names and values.
            "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nA\t: b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nA\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nA(b): c\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nA\u{0}: b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nA: b\u{0}c\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nA: \u{1}\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nA: \u{7F}\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\n\u{E9}: b\r\n\r\n",
            // Hosts.
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nHOST: y\r\n\r\n",
            "GET / HTTP/1.1\r\nHost:\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n",
            "GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n",
            // Request lines.
            "GET /\r\n\r\n",
            "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET / \r\nHost: x\r\n\r\n",
            "GET /  HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET / HTTP/1.1 \r\nHost: x\r\n\r\n",
            " GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET / HTTP/11\r\nHost: x\r\n\r\n",
            "GET / HTTP/1.1x\r\nHost: x\r\n\r\n",
            "GET / http/1.1\r\nHost: x\r\n\r\n",
            "GET / XTTP/1.1\r\nHost: x\r\n\r\n",
            "GET a HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET http://x HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /#a HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /\u{E9} HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /\u{0} HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /a\u{B}b HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /% HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /%4 HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /%FF HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /?a=%C3 HTTP/1.1\r\nHost: x\r\n\r\n",
            "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}",
            "{\"json\": true}\r\n\r\n",
        ] + chunks

    /// Bodies whose chunks another reader would cut differently.
    static let chunks: [String] = [
        "x\r\n\r\n", "0x1\r\na\r\n0\r\n\r\n", "+1\r\na\r\n0\r\n\r\n", "-1\r\na\r\n0\r\n\r\n", " 1\r\na\r\n0\r\n\r\n",
        "1 \r\na\r\n0\r\n\r\n", "\r\n1\r\na\r\n0\r\n\r\n", "1\na\r\n0\r\n\r\n", "1\r\na\n0\r\n\r\n",
        "1\r\nab\r\n0\r\n\r\n",
        "1\r\na0\r\n\r\n", "2\r\na\r\n0\r\n\r\n", "1\r\na\r\n\r\n", "1;a\nb\r\na\r\n0\r\n\r\n",
        "1;\u{0}\r\na\r\n0\r\n\r\n",
        "1\rX\na\r\n0\r\n\r\n", ";a\r\na\r\n0\r\n\r\n", "100000000\r\na", "0000000000001\r\na\r\n0\r\n\r\n",
        "0\r\nA : b\r\n\r\n", "0\r\nA: b\n\r\n", "0\r\n A: b\r\n\r\n", "0\r\nA: b\r\n c\r\n\r\n", "0\r\n\n",
        "0\r\nA: \u{0}\r\n\r\n", "0\r\nnonsense\r\n\r\n",
        "1;" + String(repeating: "e", count: 5_000) + "\r\na\r\n0\r\n\r\n",
        "0\r\n" + String(repeating: "A: b\r\n", count: 1_000) + "\r\n",
    ].map { "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + $0 }

    @Test func answers400AndCloses() async throws {
        let handled = Mutex<[String]>([])
        try await withServer({ request in
            handled.withLock { $0.append(request.path) }
            return Response(body: .bytes(try await request.body.collect(limit: 100)))
        }) { server in
            for message in Self.messages {
                let client = try server.connect()
                // Latin-1, so that bytes above ASCII go out as they are meant.
                let bytes = message.unicodeScalars.flatMap { $0.value < 256 ? [UInt8($0.value)] : Array("\($0)".utf8) }
                try await client.send(bytes + Array("GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
                let reply = try await client.reply()
                #expect(reply.status == 400, "\(message.debugDescription)")
                #expect(reply["connection"] == "close", "\(message.debugDescription)")
                #expect(reply["content-type"] == "application/problem+json")
                let problem = try JSON(parsing: reply.body)
                #expect(problem["type"] == "/problems/malformed-request")
                #expect(problem["request_id"]?.string == reply["x-request-id"])
                #expect(try await client.receiveAll().isEmpty, "\(message.debugDescription)")
            }
        }
        #expect(handled.withLock { $0 }.isEmpty)
    }

    @Test func answers400ToAChunkThatComesLater() async throws {
        try await withServer(echo) { server in
            let client = try server.connect()
            try await client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n")
            try await client.send("g\r\n")
            let reply = try await client.reply()
            #expect(reply.status == 400)
            #expect(reply["connection"] == "close")
            #expect(try await client.receiveAll().isEmpty)
        }
    }

    @Test(arguments: [
        ("GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505), ("GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505),
        ("GET / HTTP/0.9\r\n\r\n", 505), ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 501),
        ("BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501), ("get / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        ("TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", 501), ("CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        ("GET / HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\n\r\n", 417),
    ])
    func refusesWhatItDoesNotSpeak(message: String, status: Int) async throws {
        try await withServer({ _ in .text("no") }) { server in
            let client = try server.connect()
            let reply = try await client.exchange(message)
            #expect(reply.status == status)
            #expect(reply["connection"] == "close")
            #expect(try await client.receiveAll().isEmpty)
        }
    }
}
