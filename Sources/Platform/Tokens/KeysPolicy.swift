package import Kernel

/// When to fetch an issuer's keys: a pure decision over what is known of the last fetches.
package struct KeysPolicy: Sendable {
    /// Keys younger than this are used without a question.
    package var freshFor = Duration.seconds(600)
    /// From this age on they are fetched again in the background, so that under steady traffic nobody waits.
    package var refreshAheadAfter = Duration.seconds(480)
    /// How long after an attempt an unknown key, or a failure, may cause the next one.
    package var cooldown = Duration.seconds(30)
    /// The same while no keys are kept at all, as when the issuer starts later than we do.
    package var cooldownWithoutKeys = Duration.seconds(2)
    /// How long keys serve on while their issuer cannot be reached.
    package var staleFor = Duration.seconds(86_400)

    package init() {}

    package struct History: Sendable, Equatable {
        /// When the kept keys were fetched; `nil` while there are none.
        package var fetchedAt: Timestamp?
        package var attemptedAt: Timestamp?
        package var lastAttemptFailed = false
        /// A fetch is under way, which one may wait for.
        package var isFetching = false

        package init() {}
    }

    package enum Decision: Sendable, Equatable {
        case useKept
        /// Use what is kept, and fetch meanwhile.
        case useKeptAndRefresh
        /// Fetch, and wait for it.
        case refresh
        /// Nothing usable is kept, and it is too early to ask again.
        case unavailable
    }

    package func decide(_ history: History, at now: Timestamp) -> Decision {
        let mayFetch = history.isFetching || mayAttempt(history, at: now)
        guard let fetchedAt = history.fetchedAt else { return mayFetch ? .refresh : .unavailable }
        let age = now - fetchedAt
        // A clock that was set back makes ages negative: better one fetch too many.
        if age >= .zero, age < freshFor {
            return age >= refreshAheadAfter && mayFetch ? .useKeptAndRefresh : .useKept
        }
        guard age < staleFor else { return mayFetch ? .refresh : .unavailable }
        guard mayFetch else { return .useKept }
        // Once the issuer is known to be down, nobody waits for its time limit again.
        return history.lastAttemptFailed ? .useKeptAndRefresh : .refresh
    }

    /// After a fetch that may have failed: are the kept keys still good enough?
    package func mayServe(_ history: History, at now: Timestamp) -> Bool {
        history.fetchedAt.map { now - $0 < staleFor } ?? false
    }

    /// An unknown key id may mean that the issuer rotated; it may also be somebody making us ask all day.
    package func mayAttempt(_ history: History, at now: Timestamp) -> Bool {
        guard let attemptedAt = history.attemptedAt else { return true }
        let since = now - attemptedAt
        return since < .zero || since >= (history.fetchedAt == nil ? cooldownWithoutKeys : cooldown)
    }

    /// From when on a cached verdict must go through `decide` again.
    func isDueAt(_ history: History, at now: Timestamp) -> Timestamp {
        let next = history.fetchedAt.map { $0 + refreshAheadAfter } ?? now
        guard let attemptedAt = history.attemptedAt else { return next }
        return max(next, attemptedAt + cooldown)
    }
}
