import HTTPClient
import Kernel
import ModelGateway
import Telemetry
import Testing
import Vault

@testable import Service

/// The real clients against the development model server, over a socket.
@Suite struct ProviderTests {
    /// One of each protocol.
    private static let protocols: [Provider] = [.anthropic, .openai]

    @Test(arguments: protocols)
    func `text streams in pieces and adds up`(over provider: Provider) async throws {
        try await RunningServer.with { server in
            var pieces: [String] = []
            var last: ModelEvent?
            let reply = try await server.provider(provider)
                .stream(server.request("text"), key: SecretBytes(copying: "dev-a".utf8)) { event in
                    if case .text(let piece) = event { pieces.append(piece) }
                    last = event
                }
            #expect(pieces.count > 10)
            #expect(pieces.joined() == RunningServer.text)
            #expect(reply.content == [.text(RunningServer.text)])
            #expect(reply.model == "development-model")
            #expect(reply.stop == .endTurn)
            #expect(last == .finished(.endTurn, reply.usage))
            #expect(reply.usage.output == (RunningServer.text.utf8.count + 3) / 4)
        }
    }

    @Test(arguments: protocols)
    func `tool calls arrive whole and their results go back`(over provider: Provider) async throws {
        try await RunningServer.with { server in
            var request = server.request("tool")
            let reply = try await server.call(request, over: provider)
            #expect(reply.stop == .toolUse)
            guard case .toolUse(let first, "set_title", RunningServer.title) = reply.content[1],
                case .toolUse(let second, "finish", [:]) = reply.content[2]
            else {
                Issue.record("\(reply.content)")
                return
            }
            request.messages.append(.assistant(reply.content))
            request.messages.append(
                .user([
                    .toolResult(id: first, content: "ok", isError: false),
                    .toolResult(id: second, content: "no such tool", isError: true),
                ]))
            #expect(try await server.call(request, over: provider).text == "2 results")
            // A call left without its result is refused, as the real API refuses it.
            request.messages[2].content.removeLast()
            await expectFailure(.badRequest) { try await server.call(request, over: provider) }
        }
    }

    @Test func `a growing conversation is read from the cache`() async throws {
        try await RunningServer.with { server in
            var request = server.request("text")
            request.system = [SystemBlock(String(repeating: "Rules. ", count: 400), cache: true)]
            request.cacheLastMessage = true
            let first = try await server.call(request).usage
            #expect(first.cacheRead == 0)
            #expect(first.cacheWrite > 700)
            #expect(first.input == 0)
            request.messages += [.assistant([.text("yes")]), .user("and now?")]
            let second = try await server.call(request).usage
            #expect(second.cacheRead == first.cacheWrite)
            #expect((1..<100).contains(second.cacheWrite))
            // Another account shares nothing.
            #expect(try await server.call(request, key: "dev-other").usage.cacheRead == 0)
        }
    }

    @Test(arguments: [
        ("dev-exhausted-1", ModelFailure.Kind.exhausted), ("sk-wrong", .invalidKey), ("", .invalidKey),
        ("dev-line\nbreak", .invalidKey), ("dev-x+server-error", .overloaded), ("dev-x+overloaded", .overloaded),
        ("dev-x+spend-cap", .exhausted), ("dev-x+billing", .exhausted), ("dev-x+prompt-too-long", .contextTooLong),
        ("dev-x+error-event", .overloaded), ("dev-x+half-stream", .incomplete), ("dev-x+no-stop", .incomplete),
        ("dev-x+malformed-json", .incomplete), ("dev-x+no-such-fault", .badRequest),
    ])
    func `every fault is met as its class`(key: String, kind: ModelFailure.Kind) async throws {
        try await RunningServer.with { server in
            for provider in Self.protocols {
                await expectFailure(kind) {
                    try await server.call(server.request("text"), key: key, over: provider)
                }
            }
        }
    }

    @Test(arguments: protocols)
    func `a throttled call says until when`(over provider: Provider) async throws {
        try await RunningServer.with { server in
            let before = Timestamp.now
            let failure = await #expect(throws: ModelFailure.self) {
                try await server.call(server.request("text"), key: "dev-throttled-7", over: provider)
            }
            let until = try #require(failure?.until)
            #expect(until >= before + .seconds(7))
            #expect(until <= .now + .seconds(7))
        }
    }

    @Test(arguments: protocols)
    func `silence is a stall, before the answer and within it`(over provider: Provider) async throws {
        try await RunningServer.with { server in
            let short = ModelTimeouts(firstByte: .milliseconds(200), idle: .milliseconds(200))
            for key in ["dev-x+stall", "dev-x+silent"] {
                await expectFailure(.stalled) {
                    try await server.call(server.request("text"), key: key, timeouts: short, over: provider)
                }
            }
        }
    }

    @Test func `a total time limit ends an answer that never ends`() async throws {
        try await RunningServer.with { server in
            let short = ModelTimeouts(total: .milliseconds(200))
            await expectFailure(.stalled) {
                try await server.call(server.request("text"), key: "dev-x+stall", timeouts: short)
            }
        }
    }

    @Test(arguments: protocols)
    func `nobody there is a network failure, a forbidden address is not retried`(over provider: Provider) async throws {
        try await RunningServer.with { server in
            let request = server.request("text")
            let gone = HTTPClient(loops: server.loops, egress: .allowing(hosts: ["127.0.0.1:1"], plainHTTP: true))
            await expectFailure(.network) {
                try await server.provider(provider, client: gone, url: "http://127.0.0.1:1")
                    .stream(request, key: SecretBytes(copying: "dev-x".utf8)) { _ in }
            }
            let strict = HTTPClient(loops: server.loops, egress: .publicOnly)
            for url in [server.url, server.url.replacing("http:", with: "https:")] {
                await expectFailure(.badRequest) {
                    try await server.provider(provider, client: strict, url: url)
                        .stream(request, key: SecretBytes(copying: "dev-x".utf8)) { _ in }
                }
            }
        }
    }

    @Test(arguments: protocols)
    func `cancelling ends a call at once`(over provider: Provider) async throws {
        try await RunningServer.with { server in
            let (started, signal) = AsyncStream.makeStream(of: Void.self)
            let call = Task {
                try await server.provider(provider)
                    .stream(server.request("text"), key: SecretBytes(copying: "dev-x+stall".utf8)) { _ in
                        signal.yield()
                    }
            }
            for await _ in started { break }
            call.cancel()
            await #expect(throws: CancellationError.self) { try await call.value }
        }
    }

    @Test func `what the listener throws ends the call and is thrown on`() async throws {
        struct Enough: Error {}
        try await RunningServer.with { server in
            await #expect(throws: Enough.self) {
                try await server.provider(.anthropic)
                    .stream(server.request("text"), key: SecretBytes(copying: "dev-x".utf8)) { _ in throw Enough() }
            }
        }
    }

    @Test(arguments: protocols)
    func `answers that say something wrong are replies`(over provider: Provider) async throws {
        try await RunningServer.with { server in
            let broken = try await server.call(server.request("tool"), key: "dev-x+bad-tool-json", over: provider)
            #expect(broken.malformedTools.map(\.name) == ["set_title"])
            #expect(broken.content[1] == .toolUse(id: broken.malformedTools[0].id, name: "set_title", input: [:]))
            let nonsense = try await server.call(server.request("tool"), key: "dev-x+nonsense-tool", over: provider)
            #expect(nonsense.content.count == 1)
            let empty = try await server.call(server.request("text"), key: "dev-x+empty", over: provider)
            #expect(empty.content.isEmpty)
            #expect(empty.stop == .endTurn)
            let refused = try await server.call(server.request("text"), key: "dev-x+refusal", over: provider)
            #expect(refused.stop == .refusal)
            let escape = try await server.call(server.request("text"), key: "dev-x+path-escape", over: provider)
            #expect("\(escape.content)".contains("../../escape.py"))
            let cut = try await server.call(server.request("tool", maxTokens: 6), over: provider)
            #expect(cut.stop == .maxTokens)
            #expect(cut.malformedTools.count == 1)
            #expect(cut.usage.output <= 7)
        }
    }

    @Test(arguments: protocols)
    func `faults can be counted and aimed at an agent`(over provider: Provider) async throws {
        try await RunningServer.with { server in
            let key = "dev-x+overloaded*2@spec"
            var request = server.request("text")
            request.system = [SystemBlock("Rules.\nAgent: spec\nYou write specs.")]
            for _ in 0..<2 {
                await expectFailure(.overloaded) { try await server.call(request, key: key, over: provider) }
            }
            let third = try await server.call(request, key: key, over: provider)
            #expect(third.stop == .endTurn)
            request.system = [SystemBlock("Agent: planner")]
            let other = try await server.call(request, key: "dev-y+overloaded*2@spec", over: provider)
            #expect(other.stop == .endTurn)
        }
    }

    @Test func `a connection serves the next call, though the last event comes before the response's end`() async throws
    {
        let metrics = Metrics()
        try await RunningServer.with(deltaInterval: .milliseconds(5), metrics: metrics) { server in
            _ = try await server.call(server.request("tool"))
            func metric(_ name: String) -> String {
                let lines = String(decoding: metrics.render(), as: UTF8.self).split(separator: "\n")
                return lines.filter { $0.hasPrefix(name) }.joined()
            }
            // Counted when the response has ended.
            while metric("http_requests_total").isEmpty { await Task.yield() }
            #expect(metric("http_open_connections") == "http_open_connections 1")
        }
    }

    @Test func `health and unknown addresses are labelled`() async throws {
        try await RunningServer.with { server in
            let health = try await server.client.send(ClientRequest(url: server.url + "/health"))
            #expect(health.status == 200)
            #expect(health.header("x-specwright-development-model") == "true")
            let body = try JSON(parsing: await health.body.collect(limit: 10_000))
            #expect(body["development_model"] == true)
            let unknown = try await server.client.send(ClientRequest(url: server.url + "/v1/nothing"))
            #expect(unknown.status == 404)
            #expect(unknown.header("x-specwright-development-model") == "true")
            let error = try JSON(parsing: await unknown.body.collect(limit: 10_000))
            #expect(error["error"]?["type"] == "not_found_error")
        }
    }
}

/// Expects `body` to fail with a `ModelFailure` of this kind.
func expectFailure(
    _ kind: ModelFailure.Kind, _ body: () async throws -> ModelReply, sourceLocation: SourceLocation = #_sourceLocation
) async {
    let failure = await #expect(throws: ModelFailure.self, sourceLocation: sourceLocation) { try await body() }
    #expect(failure?.kind == kind, sourceLocation: sourceLocation)
}
