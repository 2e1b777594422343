package import HTTPClient

/// Which providers this installation offers, and where it reaches them.
package struct ProviderDirectory: Sendable {
    private let urls: [Provider: BaseURL]
    private let egress: EgressPolicy
    /// In the order of `Provider`.
    package let offered: [Provider]

    /// - Parameters:
    ///   - urls: the operator's, instead of the presets'.
    ///   - egress: says which base URLs may be entered with a key; each call is checked again when it is made.
    package init(
        offered: some Sequence<Provider> = Provider.allCases, urls: [Provider: BaseURL] = [:],
        egress: EgressPolicy = .publicOnly
    ) {
        let chosen = Set(offered)
        self.offered = Provider.allCases.filter(chosen.contains)
        self.egress = egress
        self.urls = Dictionary(
            uniqueKeysWithValues: self.offered.compactMap { provider in
                let url = urls[provider] ?? provider.preset.baseURL.flatMap { try? BaseURL($0) }
                return url.map { (provider, $0) }
            })
    }

    /// Where keys that bring no base URL are good for; `nil` when they must bring one, or the provider is not offered.
    package func url(of provider: Provider) -> BaseURL? { urls[provider] }

    /// Which of the providers a key may bring its own base URL for.
    package var takingBaseURL: [Provider] { offered.filter(\.preset.takesBaseURL) }

    /// Where a new key will be sent.
    ///
    /// - Parameter entered: the base URL that came with it.
    package func place(of provider: Provider, entered: String?) throws(Refusal) -> BaseURL {
        guard offered.contains(provider) else {
            throw Refusal(field: .provider, "\(provider.label) is not set up on this server.")
        }
        guard let entered else {
            if let url = urls[provider] { return url }
            throw Refusal(
                field: .baseURL,
                "A key for \(provider.label) needs the base URL of its server, such as "
                    + "https://models.example.com/v1.")
        }
        guard provider.preset.takesBaseURL else {
            throw Refusal(
                field: .baseURL,
                "Where \(provider.label) is reached is fixed. For another server that speaks "
                    + "OpenAI's protocol take the provider \"compatible\".")
        }
        let url: BaseURL
        do { url = try BaseURL(entered) } catch { throw Refusal(field: .baseURL, "The base URL \(error)") }
        if let objection = egress.objection(to: url.text) {
            throw Refusal(field: .baseURL, Self.sentence(on: objection))
        }
        return url
    }

    private static func sentence(on objection: HTTPClientError) -> String {
        switch objection {
        case .blockedAddress:
            "The base URL must be a public address: this server does not call private networks for its tenants. "
                + "Its operator can allow one host by name."
        case .blockedPort: "The base URL's port must be 443 or above 1023."
        default: "The base URL must begin with https://."
        }
    }

    /// Why a key cannot be stored, as sentences for its owner.
    package struct Refusal: Error, Equatable {
        package enum Field: Sendable { case provider, baseURL }

        package let field: Field
        package let sentence: String

        init(field: Field, _ sentence: String) {
            self.field = field
            self.sentence = sentence
        }
    }
}
