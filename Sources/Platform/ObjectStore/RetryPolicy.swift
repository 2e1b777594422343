/// When a failed call is worth another try. Only for calls that may be repeated: here, all of them.
struct RetryPolicy: Sendable {
    var attempts = 4
    var firstDelay: Duration = .milliseconds(100)
    var longestDelay: Duration = .seconds(2)

    /// How long to wait before trying again, or nil to give up.
    ///
    /// - Parameters:
    ///   - attempt: how many tries have failed so far.
    ///   - jitter: 0…1; spreads the callers that failed together.
    func delay(after attempt: Int, _ error: ObjectStoreError, jitter: Double) -> Duration? {
        guard error.isRetryable, attempt < attempts else { return nil }
        let full = min(longestDelay, firstDelay * (1 << min(attempt - 1, 16)))
        return full * (0.5 + jitter / 2)
    }
}
