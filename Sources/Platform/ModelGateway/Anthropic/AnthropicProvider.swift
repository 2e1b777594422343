package import HTTPClient
package import Kernel
package import Vault

/// Anthropic's Messages API, streamed.
package final class AnthropicProvider: ModelProvider {
    private static let version = "2023-06-01"

    package let origin: String
    private let url: String
    private let call: EventStreamCall
    private let clock: any WallClock

    package init(
        _ base: BaseURL, client: HTTPClient, timeouts: ModelTimeouts = ModelTimeouts(),
        clock: any WallClock = SystemClock()
    ) {
        self.origin = base.origin
        self.url = base.text + "/v1/messages"
        self.call = EventStreamCall(client: client, timeouts: timeouts)
        self.clock = clock
    }

    package func stream(
        _ request: ModelRequest, key: borrowing SecretBytes, onEvent: (ModelEvent) async throws -> Void
    ) async throws -> ModelReply {
        let response = try await call.send(AnthropicRequest.body(for: request), to: url, key: key) { key in
            [("anthropic-version", Self.version), ("x-api-key", key)]
        }
        guard response.status == 200 else {
            throw AnthropicErrors.failure(
                status: response.status, header: response.header, body: try await call.readError(response.body),
                now: clock.now)
        }
        guard EventStreamCall.isEventStream(response) else {
            throw ModelFailure(.incomplete, diagnostic: "status 200 without an event stream")
        }
        return try await call.read(response.body, into: AnthropicStream(), onEvent)
    }
}
