package import HTTPClient
package import Kernel
package import Vault

/// Anthropic's Messages API, streamed.
package final class AnthropicProvider: ModelProvider {
    package static let publicURL = "https://api.anthropic.com"
    private static let version = "2023-06-01"
    /// An answer of 128,000 tokens is about half a megabyte of text, and ten times that in events.
    private static let maximumResponseBytes = 64 << 20
    private static let maximumErrorBytes = 65_536

    package let origin: String
    private let url: String
    private let client: HTTPClient
    private let timeouts: ModelTimeouts
    private let clock: any WallClock

    /// - Parameter baseURL: scheme, host and port, as `publicURL`.
    package init(
        baseURL: String = AnthropicProvider.publicURL, client: HTTPClient, timeouts: ModelTimeouts = ModelTimeouts(),
        clock: any WallClock = SystemClock()
    ) {
        self.origin = Self.origin(of: baseURL)
        self.url = (baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL) + "/v1/messages"
        self.client = client
        self.timeouts = timeouts
        self.clock = clock
    }

    /// The origin that keys for this base URL are sealed for: the same however the URL's end and case are written.
    package static func origin(of baseURL: String) -> String {
        (try? BaseURL(baseURL))?.origin ?? baseURL
    }

    package func stream(
        _ request: ModelRequest, key: borrowing SecretBytes, onEvent: (ModelEvent) async throws -> Void
    ) async throws -> ModelReply {
        let body = AnthropicRequest.body(for: request)
        // A key with a byte that no header may hold would otherwise be reported as our own mistake.
        guard key.withBytes({ bytes in !bytes.isEmpty && bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F } }) else {
            throw ModelFailure(.invalidKey, diagnostic: "the key is empty or not printable ASCII")
        }
        let response: ClientResponse
        do {
            // The header is the one copy of the key outside guarded memory: made here, gone with this call.
            response = try await client.send(
                message(body, key: key.withBytes { String(decoding: $0, as: UTF8.self) }))
        } catch {
            throw HTTPFailures.classed(error, afterAnswerBegan: nil)
        }
        guard response.status == 200 else { throw try await failure(response) }
        guard let type = response.header("content-type"), type.lowercased().hasPrefix("text/event-stream") else {
            throw ModelFailure(.incomplete, diagnostic: "status 200 without an event stream")
        }
        return try await read(response.body, onEvent)
    }

    private func message(_ body: [UInt8], key: String) -> ClientRequest {
        ClientRequest(
            method: "POST", url: url,
            headers: [
                ("content-type", "application/json"), ("accept", "text/event-stream"),
                ("anthropic-version", Self.version), ("x-api-key", key),
            ],
            body: .bytes(body), timeouts: timeouts.clientTimeouts, maximumResponseBytes: Self.maximumResponseBytes)
    }

    private func read(
        _ body: ResponseBody, _ onEvent: (ModelEvent) async throws -> Void
    ) async throws -> ModelReply {
        var answer = AnthropicStream()
        // A block of an answer whose tool input is sent whole is one event.
        var parser = SSEParser(limit: 8 << 20)
        var chunks = body.makeAsyncIterator()
        while !answer.isFinished {
            let chunk: [UInt8]?
            do {
                chunk = try await chunks.next()
            } catch {
                throw HTTPFailures.classed(error, afterAnswerBegan: answer.hasStarted ? answer.usage : nil)
            }
            guard let chunk else { break }
            let events: [SSEEvent]
            do { events = try parser.feed(chunk) } catch { throw answer.broken("an event over \(error.limit) bytes") }
            for event in events {
                for step in try answer.receive(event.data) { try await onEvent(step) }
            }
        }
        let reply = try answer.reply()
        finish(body)
        return reply
    }

    /// Reads the few bytes that end the response, so that its connection serves the next call too; nobody waits for it.
    ///
    /// A server that keeps the stream open after its last event has a second, then the connection is closed.
    private func finish(_ body: ResponseBody) {
        Task {
            await withTaskGroup { group in
                group.addTask {
                    var rest = body.makeAsyncIterator()
                    while let chunk = try? await rest.next() { _ = chunk }
                }
                group.addTask { try? await Task.sleep(for: .seconds(1)) }
                await group.next()
                group.cancelAll()
            }
        }
    }

    private func failure(_ response: ClientResponse) async throws -> ModelFailure {
        let body: [UInt8]
        do {
            body = try await response.body.collect(limit: Self.maximumErrorBytes)
        } catch .cancelled {
            throw CancellationError()
        } catch {
            // The status says enough.
            body = []
        }
        return AnthropicErrors.failure(
            status: response.status, header: response.header, body: body, now: clock.now)
    }
}
