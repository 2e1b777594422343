/// A company whose models a tenant can bring a key for.
package enum Provider: String, Sendable, CaseIterable {
    case anthropic

    package var label: String {
        switch self {
        case .anthropic: "Anthropic"
        }
    }
}
