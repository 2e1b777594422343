package import Kernel

/// Verifies bearer tokens of the trusted issuers, and remembers the good ones until they expire.
package final class TokenVerifier: Sendable {
    private let issuers: [(keys: IssuerKeys, issuer: TrustedIssuer, rules: ClaimRules)]
    private let cache: ClaimsCache
    private let clock: any WallClock

    /// - Parameters:
    ///   - issuers: Tokens of others are refused before any key is looked for.
    ///   - fetch: Gets the issuers' keys, on first need.
    ///   - cacheLimit: How many verified tokens are remembered, about 1.5 kB each.
    ///   - leeway: How far an issuer's clock may be from ours, at most 60 s.
    ///   - report: Told of every fetch of keys, for the log.
    package init(
        issuers: [TrustedIssuer], fetch: any JWKSFetcher, clock: any WallClock = SystemClock(),
        cacheLimit: Int = 16_384, leeway: Duration = ClaimRules.maximumLeeway, policy: KeysPolicy = KeysPolicy(),
        report: @escaping @Sendable (JWKSReport) -> Void = { _ in }
    ) {
        self.clock = clock
        self.issuers = issuers.map { issuer in
            (
                IssuerKeys(issuer: issuer, fetcher: fetch, clock: clock, policy: policy, report: report), issuer,
                ClaimRules(audiences: issuer.audiences, leeway: leeway)
            )
        }
        cache = ClaimsCache(limit: cacheLimit)
    }

    /// The claims of a token that is genuine, meant for us and valid now.
    ///
    /// - Throws: `TokenError`.
    package func verify(_ token: String) async throws(TokenError) -> Claims {
        guard token.utf8.count <= JWS.maximumBytes else { throw .tooLarge }
        let digest = TokenDigest(of: token)
        let now = clock.now
        if let entry = cache.entry(for: digest), entry.keys.vouches(for: entry.generation, at: now) {
            guard now < entry.until else { throw .expired }
            return entry.claims
        }
        return try await verifyAfresh(token, digest)
    }

    /// Whether a token was verified before and would be accepted now, without looking at its signature.
    package func remembers(_ token: String) -> Bool {
        guard token.utf8.count <= JWS.maximumBytes, let entry = cache.entry(for: TokenDigest(of: token)) else {
            return false
        }
        let now = clock.now
        return now < entry.until && entry.keys.vouches(for: entry.generation, at: now)
    }

    /// How many verified tokens are remembered now.
    package var cachedCount: Int { cache.count }

    private func verifyAfresh(_ token: String, _ digest: TokenDigest) async throws(TokenError) -> Claims {
        let jws = try JWS(parsing: token)
        let payload = try Claims.object(in: jws.payload)
        let named = try Claims.issuer(in: payload)
        let trusted = issuers.first { $0.issuer.issuer.utf8.elementsEqual(named.utf8) }
        guard let trusted else { throw .untrustedIssuer }
        let claims = try Claims(payload, trusted.issuer.names)
        let generation = try await trusted.keys.verify(jws)
        try trusted.rules.check(claims, at: clock.now)
        cache.insert(
            ClaimsCache.Entry(
                claims: claims, until: trusted.rules.lastMoment(of: claims), keys: trusted.keys,
                generation: generation),
            for: digest)
        return claims
    }
}
