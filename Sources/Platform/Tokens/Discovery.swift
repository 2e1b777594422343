internal import Kernel

/// What an issuer says of itself (OpenID Connect Discovery 1.0 §3, RFC 8414 §2), as far as it is needed here.
package enum Discovery {
    package enum Failure: Error, Sendable, CustomStringConvertible {
        case noDocument
        case otherIssuer
        case noKeys

        package var description: String {
            switch self {
            case .noDocument: "the discovery document is not a JSON object"
            case .otherIssuer: "the discovery document is another issuer's"
            case .noKeys: "the discovery document names no jwks_uri"
            }
        }
    }

    /// Where `issuer` keeps its document: OpenID Connect Discovery §4 appends to it, less its last slash.
    package static func url(of issuer: String) -> String {
        (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
    }

    /// Where the issuer publishes its keys.
    ///
    /// - Throws: when the document is not exactly that issuer's (§4.3): one server may hold those of many.
    package static func jwksURL(in document: [UInt8], of issuer: String) throws(Failure) -> String {
        guard let json = try? JSON(parsing: document, maximumDepth: 8), json.object != nil else { throw .noDocument }
        guard let named = json["issuer"]?.string, named.utf8.elementsEqual(issuer.utf8) else { throw .otherIssuer }
        guard let url = json["jwks_uri"]?.string, !url.isEmpty else { throw .noKeys }
        return url
    }
}
