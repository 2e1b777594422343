/// An issuer whose tokens are accepted, for which audiences, and where it publishes its keys.
package struct TrustedIssuer: Sendable, Equatable {
    package enum Keys: Sendable, Equatable {
        /// The URL of a JWKS.
        case at(String)
        /// The URL of a discovery document, which says where.
        case discovered(at: String)
    }

    /// Compared byte for byte with `iss`.
    package let issuer: String
    /// A token must name at least one of these.
    package let audiences: [String]
    package let keys: Keys
    package let names: ClaimNames

    package init(issuer: String, audiences: [String], keys: Keys, names: ClaimNames = .standard) {
        self.issuer = issuer
        self.audiences = audiences
        self.keys = keys
        self.names = names
    }

    /// The URL that is asked first for the keys.
    package var place: String {
        switch keys {
        case .at(let url), .discovered(let url): url
        }
    }

    package init(issuer: String, audiences: [String], jwksURL: String) {
        self.init(issuer: issuer, audiences: audiences, keys: .at(jwksURL))
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
