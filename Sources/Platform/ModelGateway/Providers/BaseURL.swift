internal import HTTPClient

/// Where a provider is reached: scheme, host, port and the path of its operations, without a slash at the end.
///
/// Written in one way however it was entered, so that equal places are equal texts.
package struct BaseURL: Sendable, Hashable {
    static let maximumLength = 500

    package let text: String
    /// Scheme, host and port, the port only when it is not the scheme's own: what keys are sealed for.
    package let origin: String

    /// - Throws: what is wrong with it, as the end of a sentence that begins with what it is.
    package init(_ entered: String) throws(Unusable) {
        guard entered.utf8.count <= Self.maximumLength else {
            throw Unusable("must be no longer than \(Self.maximumLength) characters.")
        }
        guard let target = try? RequestTarget(entered) else {
            throw Unusable("must be an https URL such as https://models.example.com/v1, without a user or password.")
        }
        guard !entered.utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) else {
            throw Unusable("must end with its path: no \"?\" and no \"#\".")
        }
        let segments = target.path.split(separator: "/")
        guard !segments.contains(where: { $0 == "." || $0 == ".." }) else {
            throw Unusable("must not have \".\" or \"..\" in its path.")
        }
        origin = target.origin
        text = ([target.origin[...]] + segments).joined(separator: "/")
    }

    package struct Unusable: Error, Equatable, CustomStringConvertible {
        package let description: String
        init(_ description: String) { self.description = description }
    }
}

extension BaseURL: CustomStringConvertible {
    package var description: String { text }
}
