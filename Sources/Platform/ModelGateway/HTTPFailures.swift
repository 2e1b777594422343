internal import HTTPClient

/// Classes what the transport reports.
enum HTTPFailures {
    /// - Parameter usage: what the provider had counted when the connection failed; `nil` before the answer began.
    static func classed(_ error: HTTPClientError, afterAnswerBegan usage: Usage?) -> any Error {
        func made(_ kind: ModelFailure.Kind, _ sentence: String? = nil) -> ModelFailure {
            ModelFailure(kind, sentence: sentence, diagnostic: error.description, usage: usage)
        }
        switch error {
        case .cancelled: return CancellationError()
        case .timeout(.connect): return made(.network)
        case .timeout(.firstByte), .timeout(.idle): return made(.stalled)
        case .timeout(.total): return made(.stalled, "The model provider took too long to answer.")
        case .network: return made(usage == nil ? .network : .incomplete)
        case .tooLarge: return made(.incomplete, "The model's answer is larger than this service takes.")
        case .untrustedServer:
            return made(.badRequest, "The model provider's certificate is not trusted.")
        case .blockedAddress, .blockedScheme, .blockedPort, .badURL:
            return made(.badRequest, "The model provider's address is not one this service may call.")
        case .badHeader, .requestBody, .requestBodyLength: return made(.badRequest)
        }
    }
}
