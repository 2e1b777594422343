/// An issuer whose tokens are accepted, for which audiences, and where it publishes its keys.
package struct TrustedIssuer: Sendable, Equatable {
    /// Compared byte for byte with `iss`.
    package let issuer: String
    /// A token must name at least one of these.
    package let audiences: [String]
    package let jwksURL: String

    package init(issuer: String, audiences: [String], jwksURL: String) {
        self.issuer = issuer
        self.audiences = audiences
        self.jwksURL = jwksURL
    }
}

/// Gets the bytes of a JWKS. No redirects, at most `JWKSet.maximumBytes`, and a time limit of its own.
package protocol JWKSFetcher: Sendable {
    func fetch(_ url: String) async throws -> [UInt8]
}

/// What became of a fetch, for the log. Nobody else is told: clients see whether their token is good.
package enum JWKSReport: Sendable {
    /// `skipped` says why keys of the set are of no use.
    case fetched(issuer: String, keys: Int, skipped: [JWKError])
    case failed(issuer: String, any Error)
}
