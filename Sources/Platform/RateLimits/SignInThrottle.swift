internal import EventLoop
package import HTTPServer
internal import Kernel
internal import Synchronization

/// Turns away an address that keeps sending tokens that are not good, before anything is spent on the next one: no
/// signature is looked at, no database asked. Before the middleware that judges tokens.
///
/// Whoever has signed in already goes on from the same address. Each process counts for itself.
package struct SignInThrottle: Middleware {
    /// How many addresses are remembered.
    private static let limit = 100_000

    private final class Memory: Sendable {
        let buckets = Mutex<[SocketAddress: TokenBucket]>([:])
        /// API tokens that were good, by a hash that is seeded anew in each process.
        let goodTokens = Mutex<Set<Int>>([])
    }

    private let rules: RateRules
    private let apiTokenPrefix: String
    private let isKnown: @Sendable (String) -> Bool
    private let memory = Memory()

    /// - Parameters:
    ///   - apiTokenPrefix: what tells an API token from others.
    ///   - isKnown: whether another token has been found good before, and quickly.
    package init(_ rules: RateRules, apiTokenPrefix: String, isKnown: @escaping @Sendable (String) -> Bool) {
        self.rules = rules
        self.apiTokenPrefix = apiTokenPrefix
        self.isKnown = isKnown
    }

    package func handle(_ request: Request, next: Handler) async throws -> Response {
        guard let policy = rules.signIn, let client = rules.proxies.client(of: request),
            let header = request.headers["authorization"]
        else { return try await next(request) }
        let token = String(header.dropFirst("Bearer ".count))
        let isAPIToken = token.hasPrefix(apiTokenPrefix)
        let wait = memory.buckets.withLock { $0[client]?.wait(policy, now: MonotonicTime.now) ?? 0 }
        if wait > 0, !(isAPIToken ? memory.goodTokens.withLock { $0.contains(token.hashValue) } : isKnown(token)) {
            throw Problem.rateLimited(policy, wait: max(1, Int((Double(wait) / 1e9).rounded(.up))), headers: [])
        }
        do {
            let response = try await next(request)
            if isAPIToken { remember(token) }
            return response
        } catch let problem as Problem where problem.status == 401 {
            note(client, policy)
            throw problem
        }
    }

    private func remember(_ token: String) {
        memory.goodTokens.withLock { tokens in
            if tokens.count >= Self.limit { tokens.removeAll(keepingCapacity: true) }
            tokens.insert(token.hashValue)
        }
    }

    private func note(_ client: SocketAddress, _ policy: RatePolicy) {
        let now = MonotonicTime.now
        memory.buckets.withLock { buckets in
            if buckets[client] == nil, buckets.count >= Self.limit {
                buckets = buckets.filter { entry in
                    var bucket = entry.value
                    return !bucket.isFull(policy, now: now)
                }
                if buckets.count >= Self.limit { buckets.removeAll(keepingCapacity: true) }
            }
            _ = buckets[client, default: TokenBucket(policy, now: now)].take(policy, now: now)
        }
    }
}
