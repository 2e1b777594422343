internal import RateLimits

extension Settings {
    /// How much one client may ask for in a minute; 0 is no limit. Give every `serve` the same.
    mutating func rates() -> RateRules {
        var rules = RateRules()
        rules.user = rate("user", "SPECWRIGHT_RATE_PER_USER", default: 1_200)
        rules.token = rate("token", "SPECWRIGHT_RATE_PER_TOKEN", default: 1_200)
        rules.tenant = rate("tenant", "SPECWRIGHT_RATE_PER_TENANT", default: 6_000)
        rules.address = rate("address", "SPECWRIGHT_RATE_PER_ADDRESS", default: 6_000)
        rules.signIn = rate("sign-in", "SPECWRIGHT_SIGN_IN_FAILURES", default: 60)
        let name = "SPECWRIGHT_TRUSTED_PROXIES"
        if let list = optional(name) {
            if let proxies = TrustedProxies(list) {
                rules.proxies = proxies
            } else {
                add(
                    problem:
                        "\(name) must be addresses, networks such as 10.0.0.0/8 or \"unix\", with commas between them")
            }
        }
        return rules
    }

    private mutating func rate(_ policy: String, _ setting: String, default fallback: Int) -> RatePolicy? {
        let quota = integer(setting, in: 0...10_000_000, default: fallback)
        return quota > 0 ? RatePolicy(policy, quota: quota) : nil
    }
}
