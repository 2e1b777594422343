/// How many requests one subject may make: a bucket of `quota` permits that fills again within `window`.
package struct RatePolicy: Sendable, Equatable {
    /// As clients read it in `RateLimit-Policy`.
    package let name: String
    package let quota: Int
    /// In whole seconds.
    package let window: Int

    package init(_ name: String, quota: Int, window: Int = 60) {
        precondition(quota > 0 && window > 0, "a rate must let something through")
        self.name = name
        self.quota = quota
        self.window = window
    }

    /// Permits a second.
    var rate: Double { Double(quota) / Double(window) }

    /// How many permits a process takes from the shared bucket at a time. What it holds and does not use is what the limit
    /// can be off by: a twentieth for each process.
    var batch: Int { max(1, quota / 20) }

    /// The policy as a member of `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10 §3).
    var header: String { "\"\(name)\";q=\(quota);w=\(window)" }
}
