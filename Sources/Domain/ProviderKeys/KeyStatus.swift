package import Kernel
internal import ModelGateway

/// What a provider has said of a key.
///
/// `active` is where every key begins. A call that the provider refuses leads to one of the others; from there a new value,
/// or a check that goes well, leads back. `throttled` ends by itself.
package enum KeyStatus: Sendable, Equatable {
    case active
    case invalid
    case exhausted
    case throttled(until: Timestamp)

    var name: String {
        switch self {
        case .active: "active"
        case .invalid: "invalid"
        case .exhausted: "exhausted"
        case .throttled: "throttled"
        }
    }

    var until: Timestamp? { if case .throttled(let until) = self { until } else { nil } }
}

extension ProviderKeyView {
    /// The one thing that a person can do about the key; `nil` when nothing needs doing.
    func next(at now: Timestamp) -> String? {
        let company = Provider(rawValue: provider)?.label ?? provider
        let check = "POST /api/settings/keys/\(id)/verify"
        switch status(at: now) {
        case "invalid" where verificationNote == KeyRing.unreadableNote:
            return
                "This key was stored in a way that cannot be opened any more. Enter it again: PUT /api/settings/keys/\(id)."
        case "invalid":
            return
                "\(company) does not accept this key. Make a new one there and enter it here: PUT /api/settings/keys/\(id)."
        case "exhausted":
            return
                "The account behind this key is out of credit or at its spend limit. Top it up with \(company), then have "
                + "the key checked again: \(check)."
        case "throttled":
            return
                "\(company) asks to slow down until \(statusUntil?.description ?? "later"). Nothing needs doing: work goes "
                + "on by itself, and a second key would share the load."
        default: break
        }
        switch verification {
        case "pending": return "The key is being checked with \(company). It can be used meanwhile."
        case "failed":
            return "The key could not be checked and is used all the same. To check it again: \(check)."
        default: return nil
        }
    }
}
