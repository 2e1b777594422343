internal import HTTPClient
internal import ModelGateway

extension Provider {
    /// The setting with the installation's own base URL for this provider.
    var urlSetting: String { "SPECWRIGHT_\(rawValue.uppercased())_URL" }
}

extension Provider {
    /// Where the development model server stands in for this provider.
    func developmentURL(at server: String) -> String {
        switch preset.wire {
        case .anthropicMessages: server
        case .openAIChat: server + "/v1"
        }
    }
}

extension Settings {
    static let providers = "SPECWRIGHT_PROVIDERS"

    /// Which providers are offered (`SPECWRIGHT_PROVIDERS`, all by default) and where each is reached, when not where its
    /// preset says (`SPECWRIGHT_OPENAI_URL` and so on).
    mutating func providers(egress: EgressPolicy) -> ProviderDirectory {
        var offered: [Provider] = []
        for name in (optional(Self.providers) ?? "").split(separator: ",") {
            guard let provider = Provider(rawValue: String(name)) else {
                let known = Provider.allCases.map(\.rawValue).joined(separator: ",")
                add(problem: "\(Self.providers) must be some of \(known)")
                break
            }
            offered.append(provider)
        }
        var urls: [Provider: BaseURL] = [:]
        for provider in Provider.allCases {
            guard let text = optional(provider.urlSetting) else { continue }
            do { urls[provider] = try BaseURL(text) } catch { add(problem: "\(provider.urlSetting) \(error)") }
        }
        return ProviderDirectory(offered: offered.isEmpty ? Provider.allCases : offered, urls: urls, egress: egress)
    }
}
