/// How much one client may ask for. What is `nil` has no limit.
package struct RateRules: Sendable {
    /// A person, however they have signed in.
    package var user: RatePolicy?
    /// A program: it counts by its API token, and not against the person who made that.
    package var token: RatePolicy?
    package var tenant: RatePolicy?
    package var address: RatePolicy?
    /// Tokens from one address that turn out not to be good.
    package var signIn: RatePolicy?
    package var proxies = TrustedProxies()

    package init() {}
}
