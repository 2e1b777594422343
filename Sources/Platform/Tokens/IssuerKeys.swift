internal import EventLoop
internal import Kernel
internal import Synchronization

/// One issuer's keys: fetched once for everybody who waits, kept for ten minutes, and kept on when the issuer is down.
final class IssuerKeys: Sendable {
    private let issuer: TrustedIssuer
    private let fetcher: any JWKSFetcher
    private let clock: any WallClock
    private let policy: KeysPolicy
    private let report: @Sendable (JWKSReport) -> Void
    private let state = Mutex(State())
    /// The kept keys' generation once more, for a look without the lock.
    private let currentGeneration = Atomic<Int>(0)
    /// Microseconds since 1970 from which on `verify` must be asked even for tokens that are cached.
    private let due = Atomic<Int64>(0)

    private struct State {
        var kept: Kept?
        var history = KeysPolicy.History()
        var flight: Task<Void, Never>?
    }

    private struct Kept {
        let set: JWKSet
        let body: [UInt8]
        /// Changes when the published keys do; what was verified under an earlier generation is verified again.
        let generation: Int
    }

    init(
        issuer: TrustedIssuer, fetcher: any JWKSFetcher, clock: any WallClock, policy: KeysPolicy,
        report: @escaping @Sendable (JWKSReport) -> Void
    ) {
        self.issuer = issuer
        self.fetcher = fetcher
        self.clock = clock
        self.policy = policy
        self.report = report
    }

    /// Whether a verdict of `generation` still stands without asking further.
    func vouches(for generation: Int, at now: Timestamp) -> Bool {
        currentGeneration.load(ordering: .acquiring) == generation
            && now.microseconds < due.load(ordering: .relaxed)
    }

    /// Verifies a signature, fetching the keys where needed.
    ///
    /// - Returns: The generation of the keys that verified it.
    func verify(_ jws: JWS) async throws(TokenError) -> Int {
        let kept = try await current()
        do throws(TokenError) {
            try jws.verify(with: kept.set)
            return kept.generation
        } catch {
            guard error == .unknownKey, isWorthAsking() else { throw error }
        }
        await refresh()
        guard let fetched = state.withLock({ $0.kept }) else { throw .keysUnavailable }
        try jws.verify(with: fetched.set)
        return fetched.generation
    }

    /// The keys to use now, after a fetch where the policy wants one first.
    private func current() async throws(TokenError) -> Kept {
        let (decision, kept) = state.withLock { state in (policy.decide(state.history, at: clock.now), state.kept) }
        switch decision {
        case .useKept: break
        case .useKeptAndRefresh: _ = flight()
        case .refresh:
            await refresh()
            let kept = state.withLock { state in
                policy.mayServe(state.history, at: clock.now) ? state.kept : nil
            }
            guard let kept else { throw .keysUnavailable }
            return kept
        case .unavailable: throw .keysUnavailable
        }
        guard let kept else { throw .keysUnavailable }
        return kept
    }

    private func isWorthAsking() -> Bool {
        state.withLock { state in state.flight != nil || policy.mayAttempt(state.history, at: clock.now) }
    }

    private func refresh() async { await flight().value }

    /// The fetch under way, or a new one. It belongs to nobody: a client that goes away does not stop it for others.
    private func flight() -> Task<Void, Never> {
        state.withLock { state in
            if let flight = state.flight { return flight }
            state.history.attemptedAt = clock.now
            state.history.isFetching = true
            let flight = Task(executorPreference: EventLoop.current) { await self.fetch() }
            state.flight = flight
            publishDue(state)
            return flight
        }
    }

    private func fetch() async {
        let old = state.withLock { $0.kept }
        let new: Kept
        do {
            let body = try await fetcher.fetch(try await jwksURL())
            // Checking keys costs milliseconds; an unchanged text needs no second check.
            if let old, old.body == body {
                new = old
            } else {
                new = Kept(set: try JWKSet(parsing: body), body: body, generation: (old?.generation ?? 0) + 1)
            }
        } catch {
            // Callers learn of it as `keysUnavailable`, once nothing kept may serve any longer.
            report(.failed(issuer: issuer.issuer, error))
            return land(nil)
        }
        report(.fetched(issuer: issuer.issuer, keys: new.set.keys.count, skipped: new.set.skipped))
        land(new)
    }

    /// A discovery document is read anew with the keys: issuers may move them.
    private func jwksURL() async throws -> String {
        switch issuer.keys {
        case .at(let url): url
        case .discovered(let place): try Discovery.jwksURL(in: try await fetcher.fetch(place), of: issuer.issuer)
        }
    }

    private func land(_ new: Kept?) {
        state.withLock { state in
            state.flight = nil
            state.history.isFetching = false
            state.history.lastAttemptFailed = new == nil
            if let new {
                state.history.fetchedAt = clock.now
                state.kept = new
                currentGeneration.store(new.generation, ordering: .releasing)
            }
            publishDue(state)
        }
    }

    private func publishDue(_ state: State) {
        due.store(policy.isDueAt(state.history, at: clock.now).microseconds, ordering: .relaxed)
    }
}
