/// What the development identity issuer needs to know.
package struct IdentityIssuerConfiguration: Sendable {
    /// A port of 127.0.0.1; 0 takes any free one.
    package var port: Int
    /// Where its signing keys are kept, made if need be.
    package var directory: String
    /// The `aud` of every token.
    package var audience: String
    /// How long a token lasts for which nobody asked otherwise.
    package var lifetime: Duration
    /// The `iss` of every token, where it is to outlive a change of port; without it, the URL with the port.
    package var name: String?

    package init(
        port: Int = 0, directory: String, audience: String, lifetime: Duration = .seconds(12 * 3_600),
        name: String? = nil
    ) {
        self.port = port
        self.directory = directory
        self.audience = audience
        self.lifetime = lifetime
        self.name = name
    }

    /// Old keys are published until this many newer ones exist.
    static let publishedKeys = 3
    static let lifetimes: ClosedRange<Int64> = 1...604_800
    static let notice =
        "Development identity issuer: whoever can reach it gets a token for any name. Never trust it in production."
}
