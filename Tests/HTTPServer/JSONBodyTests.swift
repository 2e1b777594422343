import HTTPServer
import Kernel
import Testing

@Suite struct JSONBodyTests {
    private static func post(_ body: String, type: String? = "application/json") -> String {
        let typeLine = type.map { "Content-Type: \($0)\r\n" } ?? ""
        return "POST / HTTP/1.1\r\nHost: x\r\n\(typeLine)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private static let handler: Handler = { request in .json(try await request.json(limit: 64)) }

    @Test(arguments: ["application/json", "Application/JSON; charset=utf-8", "application/json;x=y"])
    func readsJSON(type: String) async throws {
        try await withServer(Self.handler) { server in
            let reply = try await server.connect().exchange(Self.post(#"{"a":[1,"é"]}"#, type: type))
            #expect(reply.status == 200)
            #expect(reply.text == #"{"a":[1,"é"]}"#)
        }
    }

    @Test(arguments: [nil, "text/plain", "application/jsonp", "application/problem+json", "", ";application/json"])
    func refusesOtherTypes(type: String?) async throws {
        try await withServer(Self.handler) { server in
            let reply = try await server.connect().exchange(Self.post("{}", type: type))
            #expect(reply.status == 415)
        }
    }

    @Test func saysWhereJSONIsBroken() async throws {
        try await withServer(Self.handler) { server in
            let client = try server.connect()
            let reply = try await client.exchange(Self.post(#"{"a" 1}"#))
            #expect(reply.status == 400)
            let problem = try JSON(parsing: reply.body)
            #expect(problem["detail"] == "The body is not valid JSON: expected ':' at byte 5.")
            #expect(problem["offset"] == 5)
            #expect(try await client.exchange(Self.post("")).status == 400)
            // The body was read whole, so the connection goes on.
            #expect(try await client.exchange(Self.post("null")).status == 200)
        }
    }

    @Test func limitsJSON() async throws {
        try await withServer(Self.handler) { server in
            let long = "\"" + String(repeating: "a", count: 63) + "\""
            let reply = try await server.connect().exchange(Self.post(long))
            #expect(reply.status == 413)
        }
    }
}
