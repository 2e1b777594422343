import EventLoop
import HTTPClient
import Kernel
import ModelGateway
import TestSupport
import Testing
import Vault

/// The provider against a socket whose every byte the test decides.
@Suite(.timeLimit(.minutes(1)))
struct ChatWireTests {
    private static let loops = EventLoopGroup(count: 1, name: "chat")

    private static let first =
        #"data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"Grüße"}}]}"# + "\n\n"
    private static let finish =
        #"data: {"id":"c","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"# + "\n\n"
    private static let usage =
        #"data: {"id":"c","model":"m","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2}}"# + "\n\n"
    private static let done = "data: [DONE]\n\n"

    private static func head(
        _ status: String = "200 OK", _ type: String = "text/event-stream", _ more: String = ""
    ) -> String {
        "HTTP/1.1 \(status)\r\ncontent-type: \(type)\r\n\(more)connection: close\r\n\r\n"
    }

    /// Answers one call with `script`; returns the reply and what was asked.
    private func call(
        timeouts: ModelTimeouts = ModelTimeouts(), key: String = "sk-test", onEvent: (ModelEvent) -> Void = { _ in },
        _ script: @escaping @Sendable (ScriptedConnection) -> Void
    ) async throws -> ModelReply {
        let server = try ScriptedServer { connection in
            guard let head = connection.readHead() else { return }
            guard Self.isAsked(head, by: connection) else {
                connection.write("HTTP/1.1 418 Not asked so\r\ncontent-length: 0\r\n\r\n")
                return
            }
            script(connection)
        }
        defer { server.stop() }
        let http = HTTPClient(loops: Self.loops, egress: .allowing(hosts: server.hosts, plainHTTP: true))
        return try await ProviderClients(ProviderDirectory(), http: http, timeouts: timeouts)
            .client(for: .openai, at: BaseURL(server.url + "/v1/"))
            .stream(
                ModelRequest(model: "m", messages: [.user("Hello")], maxTokens: 50), key: SecretBytes(copying: key.utf8)
            ) { onEvent($0) }
    }

    /// Whether the request is one that OpenAI would read: method, path, key, and a JSON body.
    private static func isAsked(_ head: String, by connection: ScriptedConnection) -> Bool {
        let lines = head.split(separator: "\r\n").map { $0.lowercased() }
        guard lines.first == "post /v1/chat/completions http/1.1", lines.contains("authorization: bearer sk-test"),
            let length = lines.first(where: { $0.hasPrefix("content-length: ") }).flatMap({ Int($0.dropFirst(16)) }),
            let body = connection.read(length), let json = try? JSON(parsing: body)
        else { return false }
        return json["model"] == "m" && json["stream"] == true
    }

    private func expect(
        _ kind: ModelFailure.Kind, timeouts: ModelTimeouts = ModelTimeouts(), key: String = "sk-test",
        sourceLocation: SourceLocation = #_sourceLocation, _ script: @escaping @Sendable (ScriptedConnection) -> Void
    ) async -> ModelFailure? {
        let failure = await #expect(throws: ModelFailure.self, sourceLocation: sourceLocation) {
            try await call(timeouts: timeouts, key: key, script)
        }
        #expect(failure?.kind == kind, sourceLocation: sourceLocation)
        return failure
    }

    @Test func `an answer arrives in pieces, cut within a character too`() async throws {
        var pieces: [String] = []
        let reply = try await call(onEvent: { if case .text(let text) = $0 { pieces.append(text) } }) { connection in
            let bytes = Array((Self.head() + Self.first + Self.first + Self.finish + Self.usage + Self.done).utf8)
            let umlaut = bytes.firstIndex(of: 0xC3)!
            connection.write(Array(bytes[...umlaut]))
            _ = connection.awaitReadable(milliseconds: 50)
            connection.write(Array(bytes[(umlaut + 1)...]))
        }
        #expect(pieces == ["Grüße", "Grüße"])
        #expect(reply.content == [.text("GrüßeGrüße")])
        #expect(reply.usage == Usage(input: 9, output: 2))
    }

    @Test func `half a stream is no answer, with or without a farewell`() async {
        for resets in [false, true] {
            let failure = await expect(.incomplete) { connection in
                connection.write(Self.head() + Self.first + #"data: {"id":"c","cho"#)
                _ = connection.awaitReadable(milliseconds: 50)
                if resets { connection.reset() }
            }
            #expect(failure?.usage != nil)
        }
    }

    @Test func `an end without a finish reason is no answer`() async {
        _ = await expect(.incomplete) { $0.write(Self.head() + Self.first) }
        _ = await expect(.incomplete) { $0.write(Self.head() + Self.first + Self.done) }
    }

    @Test func `a chunk that is no JSON breaks the answer`() async {
        _ = await expect(.incomplete) { $0.write(Self.head() + Self.first + "data: {\"choices\":[\n\n" + Self.done) }
    }

    @Test func `what comes after the end is not read`() async throws {
        let reply = try await call {
            $0.write(Self.head() + Self.first + Self.finish + Self.done + "data: nonsense\n\n")
        }
        #expect(reply.text == "Grüße")
    }

    @Test func `silence is a stall, before the answer and within it`() async {
        let short = ModelTimeouts(firstByte: .milliseconds(200), idle: .milliseconds(200))
        _ = await expect(.stalled, timeouts: short) { $0.waitForClose() }
        _ = await expect(.stalled, timeouts: short) { connection in
            connection.write(Self.head() + Self.first)
            connection.waitForClose()
        }
    }

    @Test func `errors instead of an answer`() async {
        let limit = #"{"error":{"message":"Rate limit","type":"requests","code":"rate_limit_exceeded"}}"#
        let before = Timestamp.now
        let throttled = await #expect(throws: ModelFailure.self) {
            try await call { connection in
                connection.write(Self.head("429 Too Many Requests", "application/json", "retry-after: 3\r\n") + limit)
            }
        }
        #expect(throttled?.until.map { $0 >= before + .seconds(3) && $0 <= .now + .seconds(3) } == true)
        let quota = #"{"error":{"message":"x","type":"insufficient_quota","code":"insufficient_quota"}}"#
        _ = await expect(.exhausted) { $0.write(Self.head("429 Too Many Requests", "application/json") + quota) }
        _ = await expect(.overloaded) { $0.write(Self.head("502 Bad Gateway", "text/html") + "<html>") }
        _ = await expect(.exhausted) { $0.write(Self.head("200 OK", "application/json") + quota) }
        _ = await expect(.incomplete) { $0.write(Self.head("200 OK", "text/html") + "<html>Sign in</html>") }
        _ = await expect(.overloaded) { connection in
            connection.write(
                Self.head() + Self.first + #"data: {"error":{"message":"x","type":"server_error"}}"# + "\n\n")
        }
        _ = await expect(.badRequest) { connection in
            connection.write("HTTP/1.1 307 Elsewhere\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n")
        }
    }

    @Test func `a key that no header can hold is sent nowhere`() async {
        for key in ["", "sk-\r\nx: y", "sk-schlüssel", "sk with space"] {
            _ = await expect(.invalidKey, key: key) { $0.write(Self.head() + Self.first + Self.finish + Self.done) }
        }
    }
}
