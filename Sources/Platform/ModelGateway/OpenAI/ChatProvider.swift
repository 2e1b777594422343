package import HTTPClient
package import Kernel
package import Vault

/// OpenAI's Chat Completions, streamed: OpenAI itself and everybody who speaks its protocol.
package final class ChatProvider: ModelProvider {
    package let origin: String
    private let provider: Provider
    private let writer: ChatRequest
    private let url: String
    private let call: EventStreamCall
    private let clock: any WallClock

    package init(
        _ provider: Provider, _ dialect: ChatDialect, at base: BaseURL, client: HTTPClient,
        timeouts: ModelTimeouts = ModelTimeouts(), clock: any WallClock = SystemClock()
    ) {
        self.provider = provider
        self.writer = ChatRequest(provider: provider, dialect: dialect)
        self.origin = base.origin
        self.url = base.text + "/chat/completions"
        self.call = EventStreamCall(client: client, timeouts: timeouts)
        self.clock = clock
    }

    package func stream(
        _ request: ModelRequest, key: borrowing SecretBytes, onEvent: (ModelEvent) async throws -> Void
    ) async throws -> ModelReply {
        let response = try await call.send(writer.body(for: request), to: url, key: key) { key in
            [("authorization", "Bearer " + key)]
        }
        guard EventStreamCall.isEventStream(response) else {
            let body = try await call.readError(response.body)
            // Gateways answer with status 200 and an error too.
            guard response.status != 200 || (try? JSON(parsing: body))?["error"] != nil else {
                throw ModelFailure(.incomplete, diagnostic: "status 200 without an event stream")
            }
            throw ChatErrors.failure(
                status: response.status, header: response.header, body: body, now: clock.now)
        }
        let answer = ChatStream(provider: provider, inputEstimate: request.inputTokensEstimate)
        return try await call.read(response.body, into: answer, onEvent)
    }
}
