internal import EventLoop
package import HTTPServer
internal import Kernel

/// Holds people, tenants and addresses to their rates. After the middleware that knows the principal.
package struct LimitRequests: Middleware {
    private let rules: RateRules
    private let limiter: RateLimiter
    private let policies: String

    package init(_ rules: RateRules, _ limiter: RateLimiter) {
        self.rules = rules
        self.limiter = limiter
        policies = [rules.user, rules.token, rules.tenant, rules.address].compactMap { $0?.header }.joined(
            separator: ", ")
    }

    package func handle(_ request: Request, next: Handler) async throws -> Response {
        guard !policies.isEmpty else { return try await next(request) }
        let headers = try await admit(request)
        do {
            var response = try await next(request)
            for (name, value) in headers { response.headers.add(name, value) }
            return response
        } catch var problem as Problem {
            problem.headers += headers
            throw problem
        }
    }

    /// - Returns: what to tell the client: the policies, and the one that it is nearest to the end of.
    /// - Throws: 429 when any is at its end.
    private func admit(_ request: Request) async throws -> [(String, String)] {
        let principal = try request.principal
        var wanted: [(RatePolicy, RateSubject)] = []
        if let token = principal.token {
            if let policy = rules.token { wanted.append((policy, .token(token.id))) }
        } else if let policy = rules.user {
            wanted.append((policy, .user(principal.user)))
        }
        if let policy = rules.tenant { wanted.append((policy, .tenant(principal.tenant))) }
        if let policy = rules.address, let client = rules.proxies.client(of: request) {
            wanted.append((policy, .address(client)))
        }
        var scarcest: (policy: RatePolicy, left: Int, full: Int)?
        for (index, (policy, subject)) in wanted.enumerated() {
            switch await limiter.admit(subject, policy, on: request.loop) {
            case .admitted(let left, let full):
                // Compared as fractions of their quotas, without dividing.
                if let known = scarcest, known.left * policy.quota <= left * known.policy.quota { continue }
                scarcest = (policy, left, full)
            case .refused(let wait):
                for (_, earlier) in wanted[..<index] { limiter.giveBack(earlier) }
                throw Problem.rateLimited(policy, wait: wait, headers: [("ratelimit-policy", policies)])
            }
        }
        guard let scarcest else { return [("ratelimit-policy", policies)] }
        let state = "\"\(scarcest.policy.name)\";r=\(scarcest.left);t=\(scarcest.full)"
        return [("ratelimit-policy", policies), ("ratelimit", state)]
    }
}

extension Problem {
    /// - Parameter wait: in seconds.
    static func rateLimited(_ policy: RatePolicy, wait: Int, headers: [(String, String)]) -> Problem {
        let whose =
            switch policy.name {
            case "user": "You have made too many requests"
            case "token": "This API token has made too many requests"
            case "tenant": "Your team has made too many requests"
            case "address": "Too many requests came from your address"
            default: "Too many tokens from your address were not good"
            }
        return Problem(
            "rate-limited", status: 429, title: "Too many requests",
            detail: "\(whose): \(policy.quota) in \(policy.window) seconds are allowed. Wait \(wait) s, then go on.",
            extensions: ["violated-policies": [.string(policy.name)]],
            headers: [("Retry-After", String(wait)), ("RateLimit", "\"\(policy.name)\";r=0;t=\(wait)")] + headers)
    }
}
