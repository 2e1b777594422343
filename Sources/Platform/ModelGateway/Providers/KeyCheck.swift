package import HTTPClient
internal import Kernel
package import Vault

/// Asks a provider whether it knows a key, by an operation that costs nothing and that nobody may do without one.
package struct KeyCheck: Sendable {
    package enum Answer: Sendable, Equatable {
        case accepted
        /// The provider does not know the key, or does not let it do anything.
        case invalid
        case exhausted
        /// Nothing was learnt, for a reason that is safe to show.
        case unknown(reason: String, mayTryAgain: Bool)
    }

    private let client: HTTPClient
    private static let maximumErrorBytes = 65_536
    private static let maximumListBytes = 8 << 20

    package init(client: HTTPClient) { self.client = client }

    /// - Parameter key: goes into the request's header and nowhere else.
    /// - Throws: `CancellationError`.
    package func callAsFunction(
        _ provider: Provider, at place: BaseURL, key: borrowing SecretBytes
    ) async throws -> Answer {
        let response: ClientResponse
        do {
            response = try await client.send(
                Self.request(provider, place, key: key.withBytes { String(decoding: $0, as: UTF8.self) }))
        } catch {
            return try Self.unreachable(error)
        }
        let body: [UInt8]
        do {
            body = try await response.body.collect(
                limit: response.status == 200 ? Self.maximumListBytes : Self.maximumErrorBytes)
        } catch {
            // With a status that says enough, what follows does not matter.
            if case .cancelled = error { throw CancellationError() }
            body = []
        }
        return Self.answer(status: response.status, body: body)
    }

    private static func request(_ provider: Provider, _ place: BaseURL, key: String) -> ClientRequest {
        let (path, headers): (String, [(String, String)]) =
            switch (provider, provider.preset.wire) {
            // https://platform.claude.com/docs/en/api/models-list
            case (_, .anthropicMessages):
                ("/v1/models?limit=1", [("x-api-key", key), ("anthropic-version", "2023-06-01")])
            // Its list of models is open to everybody: https://openrouter.ai/docs/api-reference/limits
            case (.openrouter, _): ("/key", [("authorization", "Bearer \(key)")])
            // https://platform.openai.com/docs/api-reference/models/list, which the others follow
            case (_, .openAIChat): ("/models", [("authorization", "Bearer \(key)")])
            }
        return ClientRequest(
            url: place.text + path, headers: headers + [("accept", "application/json")],
            timeouts: ClientRequest.Timeouts(
                connect: .seconds(10), firstByte: .seconds(20), idle: .seconds(20), total: .seconds(40)),
            maximumResponseBytes: maximumListBytes)
    }

    private static func unreachable(_ error: HTTPClientError) throws -> Answer {
        let classed = HTTPFailures.classed(error, afterAnswerBegan: nil)
        guard let failure = classed as? ModelFailure else { throw classed }
        return .unknown(reason: failure.publicSentence, mayTryAgain: failure.isRetryable)
    }

    static func answer(status: Int, body: [UInt8]) -> Answer {
        switch status {
        case 200: return .accepted
        case 401, 403: return .invalid
        case 402: return .exhausted
        case 400:
            let text = String(decoding: body, as: UTF8.self)
            // Google says so with a 400, Anthropic of an empty account.
            if text.contains("API_KEY_INVALID") || text.contains("API key not valid") { return .invalid }
            if text.contains("credit balance") { return .exhausted }
            return .unknown(reason: "The provider did not understand the question (status 400).", mayTryAgain: false)
        case 404, 405, 501:
            return .unknown(
                reason: "The provider has no list of models to ask for at this address.", mayTryAgain: false)
        // OpenAI says so of an empty account.
        case 429 where String(decoding: body, as: UTF8.self).contains("insufficient_quota"): return .exhausted
        case 429: return .unknown(reason: "The provider asks to slow down.", mayTryAgain: true)
        case 500...599: return .unknown(reason: "The provider had an error of its own.", mayTryAgain: true)
        default:
            return .unknown(reason: "The provider answered with status \(status).", mayTryAgain: false)
        }
    }
}
