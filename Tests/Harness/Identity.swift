internal import Kernel
internal import ObjectStore
internal import Tenancy
internal import Tokens

/// The identity provider that the tests trust, and one that they do not.
enum Identity {
    static let issuer = "https://id.example.test"
    static let audience = "specwright-test"

    private static let trusted = Result { try TokenIssuer.generate(issuer: issuer) }
    private static let stranger = Result { try TokenIssuer.generate(issuer: issuer) }

    static func token(
        for subject: String, audience: String = audience, lifetime: Duration = .seconds(3_600),
        byStranger: Bool = false, emailIsVerified: Bool = true
    ) throws -> String {
        try (byStranger ? stranger : trusted).get().sign(
            subject: subject, audience: audience, lifetime: lifetime,
            claims: [
                "name": .string(subject), "email": .string("\(subject)@example.test"),
                "email_verified": .bool(emailIsVerified),
            ])
    }

    static func verifier(isReachable: Bool) throws -> TokenVerifier {
        TokenVerifier(
            issuers: [TrustedIssuer(issuer: issuer, audiences: [audience], jwksURL: "\(issuer)/jwks.json")],
            fetch: Keys(jwks: isReachable ? try trusted.get().jwks.bytes : nil))
    }

    static func user(_ subject: String) -> UserID {
        UserIdentity(issuer: issuer, subject: subject).userID { SHA256.digest($0) }
    }
}

/// Hands out the keys without a network.
private struct Keys: JWKSFetcher {
    struct Unreachable: Error {}
    let jwks: [UInt8]?

    func fetch(_ url: String) async throws -> [UInt8] {
        guard let jwks else { throw Unreachable() }
        return jwks
    }
}
