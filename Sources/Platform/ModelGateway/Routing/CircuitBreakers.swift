package import Kernel
internal import Synchronization

/// Keeps calls away from a provider that has failed several times in a row, and lets one through now and then to see
/// whether it has recovered (Nygard, "Release It!", 2007). One breaker for each tenant and place: a provider may be down
/// for one account alone.
///
/// Kept by each worker for itself: what it has not seen fail, it tries.
package final class CircuitBreakers: Sendable {
    package struct Circuit: Hashable, Sendable {
        let tenant: TenantID
        let place: String

        package init(tenant: TenantID, place: BaseURL) {
            self.tenant = tenant
            self.place = place.text
        }
    }

    package enum Admission: Sendable, Equatable {
        case pass
        /// Not before then.
        case wait(until: Timestamp)
    }

    private struct Breaker {
        var failures = 0
        /// How often in a row it has opened.
        var openings = 0
        /// Closed when nil; then open until this time, and from then on half open.
        var openUntil: Timestamp?
        /// A call is through, and others wait for what comes of it.
        var isProbing = false
    }

    package let threshold: Int
    private let shortest: Duration
    private let longest: Duration
    private let breakers = Mutex<[Circuit: Breaker]>([:])
    /// How long others wait while a probe is under way.
    private static let probePause: Duration = .seconds(5)

    /// - Parameters:
    ///   - threshold: failures in a row that open a breaker.
    ///   - shortest: how long it is open the first time; each further time twice as long, up to `longest`.
    package init(threshold: Int = 5, shortest: Duration = .seconds(15), longest: Duration = .seconds(300)) {
        self.threshold = threshold
        self.shortest = shortest
        self.longest = longest
    }

    /// Asks before a call. Whoever may pass must report what came of it.
    package func admit(_ circuit: Circuit, now: Timestamp = .now) -> Admission {
        breakers.withLock { breakers in
            guard var breaker = breakers[circuit], let until = breaker.openUntil else { return .pass }
            if until > now { return .wait(until: until) }
            if breaker.isProbing { return .wait(until: now + Self.probePause) }
            breaker.isProbing = true
            breakers[circuit] = breaker
            return .pass
        }
    }

    /// The provider answered, whatever it said.
    package func answered(_ circuit: Circuit) { breakers.withLock { $0[circuit] = nil } }

    /// - Returns: until when the breaker is open now, if this opened it.
    @discardableResult
    package func failed(_ circuit: Circuit, now: Timestamp = .now) -> Timestamp? {
        breakers.withLock { breakers in
            var breaker = breakers[circuit] ?? Breaker()
            breaker.failures += 1
            let mustOpen = breaker.isProbing || (breaker.openUntil == nil && breaker.failures >= threshold)
            if mustOpen {
                breaker.openUntil = now + min(longest, shortest * (1 << min(breaker.openings, 20)))
                breaker.openings += 1
                breaker.isProbing = false
            }
            breakers[circuit] = breaker
            return mustOpen ? breaker.openUntil : nil
        }
    }

    /// The call ended without telling anything about the provider: it was cancelled, say. The next one probes.
    package func abandoned(_ circuit: Circuit) { breakers.withLock { $0[circuit]?.isProbing = false } }
}
