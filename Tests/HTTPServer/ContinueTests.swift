import HTTPServer
import Kernel
import Testing

@Suite struct ContinueTests {
    private static let head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n"

    @Test func asksForTheBodyOnceItIsWanted() async throws {
        try await withServer(echo) { server in
            let client = try server.connect()
            #expect(try await client.exchange(Self.head).status == 100)
            let reply = try await client.exchange("hi")
            #expect(reply.text == "hi")
            #expect(try await client.exchange(Self.head).status == 100)
            #expect(try await client.exchange("ho").text == "ho")
        }
    }

    @Test func doesNotAskForABodyThatHasCome() async throws {
        try await withServer(echo) { server in
            let reply = try await server.connect().exchange(Self.head + "hi")
            #expect(reply.status == 200)
            #expect(reply.text == "hi")
        }
    }

    @Test func refusesWithoutAsking() async throws {
        try await withServer({ _ in throw Problem.forbidden("No.") }) { server in
            let client = try server.connect()
            let reply = try await client.exchange(Self.head)
            #expect(reply.status == 403)
            // The client may send its body all the same, and that must not be read as a request.
            #expect(reply["connection"] == "close")
        }
    }

    @Test func doesNotAskHTTP10() async throws {
        try await withServer(echo) { server in
            let client = try server.connect()
            try await client.send("POST / HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            try await client.send("hi")
            #expect(try await client.reply().text == "hi")
        }
    }
}
