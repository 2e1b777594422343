package import HTTPClient

/// The clients of this installation's providers, one for each place that is called.
package struct ProviderClients: Sendable {
    package let directory: ProviderDirectory
    private let http: HTTPClient
    private let timeouts: ModelTimeouts

    package init(_ directory: ProviderDirectory, http: HTTPClient, timeouts: ModelTimeouts = ModelTimeouts()) {
        self.directory = directory
        self.http = http
        self.timeouts = timeouts
    }

    /// Speaks the provider's protocol at that place. Costs nothing to make: connections are the HTTP client's.
    package func client(for provider: Provider, at place: BaseURL) -> any ModelProvider {
        switch provider.preset.wire {
        case .anthropicMessages: AnthropicProvider(place, client: http, timeouts: timeouts)
        case .openAIChat(let dialect): ChatProvider(provider, dialect, at: place, client: http, timeouts: timeouts)
        }
    }
}
