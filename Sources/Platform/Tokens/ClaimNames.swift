internal import Kernel

/// Where an issuer's tokens say what: providers agree on `iss`, `sub` and `exp`, and on little else.
package struct ClaimNames: Sendable, Equatable {
    /// The names of nested objects, outermost first; most often one.
    package typealias Path = [String]

    package var subject: Path = ["sub"]
    /// A string or a list of strings. `azp`, the party that a token was issued to, stands for it with providers that
    /// leave out `aud`.
    package var audience: Path = ["aud"]
    package var email: Path? = ["email"]
    /// Must be beyond the reach of whoever the token is about. Without it no address counts as verified.
    package var emailIsVerified: Path? = ["email_verified"]
    /// For display; the first that is there.
    package var name: [Path] = [["name"]]
    /// What a token must say besides, as text: `typ` = `Bearer`, `is_anonymous` = `false`.
    package var required: [Requirement] = []

    package struct Requirement: Sendable, Equatable {
        package let path: Path
        package let value: String

        package init(_ path: Path, _ value: String) {
            self.path = path
            self.value = value
        }
    }

    package static let standard = ClaimNames()

    package init() {}
}

extension JSONObject {
    func value(at path: ClaimNames.Path) -> JSON? {
        guard let first = path.first else { return nil }
        return path.dropFirst().reduce(self[first]) { value, name in value?[name] }
    }
}

extension JSON {
    /// A string, number or truth value as one would write it in a configuration.
    var plainText: String? {
        switch self {
        case .string(let text): text
        case .bool, .number, .integer: text
        default: nil
        }
    }
}
