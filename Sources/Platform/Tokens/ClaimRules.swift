package import Kernel

/// Which claims are good enough, and when: pure, so that every edge can be tested by name.
package struct ClaimRules: Sendable {
    let audiences: [String]
    /// How far the issuer's clock may be from ours.
    let leeway: Duration

    package static let maximumLeeway = Duration.seconds(60)

    package init(audiences: [String], leeway: Duration = ClaimRules.maximumLeeway) {
        precondition(leeway >= .zero && leeway <= Self.maximumLeeway, "clocks may differ by at most 60 s")
        self.audiences = audiences
        self.leeway = leeway
    }

    package func check(_ claims: Claims, at now: Timestamp) throws(TokenError) {
        let isForUs = claims.audience.contains { named in
            audiences.contains { $0.utf8.elementsEqual(named.utf8) }
        }
        guard isForUs else { throw .wrongAudience }
        guard now < lastMoment(of: claims) else { throw .expired }
        let latestStart = now + leeway
        if let notBefore = claims.notBefore, notBefore > latestStart { throw .notYetValid }
        // A token from the future comes from a clock that cannot be trusted for its expiry either.
        if let issuedAt = claims.issuedAt, issuedAt > latestStart { throw .notYetValid }
    }

    /// From this moment on the token counts as expired.
    func lastMoment(of claims: Claims) -> Timestamp { claims.expires + leeway }
}
