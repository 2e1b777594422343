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
                #expect(reply["cache-control"] == "no-store")
                #expect(reply["connection"] == nil)
                #expect(try RequestID(#require(reply["x-request-id"])) != nil)
                #expect(try #require(reply["date"]).hasSuffix(" GMT"))
            }
        }
    }

    @Test func streamsEvents() async throws {
        try await withServer({ _ in
            .eventStream { events in
                for number in 1...3 { try await events.send(id: "\(number)", event: "n", data: Array("a\nb".utf8)) }
            }
        }) { server in
            let reply = try await server.connect().exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(reply["content-type"] == "text/event-stream")
            #expect(reply.text.hasPrefix("id: 1\nevent: n\ndata: a\ndata: b\n\nid: 2\n"))
        }
    }
}
