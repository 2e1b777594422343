/// What is known of a provider before anybody has stored a key for it.
package struct ProviderPreset: Sendable, Equatable {
    /// For people.
    package let label: String
    package let wire: WireProtocol
    /// Where it is reached; `nil` where that is somebody's own server, whose URL comes with the key.
    package let baseURL: String?

    /// Whether a key may bring a base URL of its own. Elsewhere the installation's is the only one.
    package var takesBaseURL: Bool { baseURL == nil }
}

/// The languages that model providers speak.
package enum WireProtocol: Sendable, Equatable {
    /// Anthropic Messages: `POST {base}/v1/messages`.
    case anthropicMessages
    /// OpenAI Chat Completions: `POST {base}/chat/completions`, in this dialect.
    case openAIChat(ChatDialect)
}
