import Kernel
import Pipeline
import Postgres
import RateLimits
import ServiceHarness
import Telemetry
import TestSupport
import Testing

/// Limits on how much one client may ask for. The last test's addresses come from a proxy that is trusted here.
@Suite(.timeLimit(.minutes(5)))
struct RateLimitTests {
    private static func client(_ client: Client, at url: String) -> Client {
        var client = client
        client.url = url
        return client
    }

    /// Each of them asks once, eight at a time.
    private static func outcomes(of clients: [Client], _ headers: [(String, String)] = []) async throws -> [Reply] {
        try await withThrowingTaskGroup(of: Reply.self) { group in
            var replies: [Reply] = []
            for (index, client) in clients.enumerated() {
                if index >= 8, let reply = try await group.next() { replies.append(reply) }
                group.addTask { try await client.get("/api/me", headers) }
            }
            for try await reply in group { replies.append(reply) }
            return replies
        }
    }

    private static let quota = 200

    @Test func `two processes admit together what the limit says, to a tenth`() async throws {
        try await TestService.with {
            $0.works = false
            $0.rates.user = RatePolicy("user", quota: Self.quota, window: 60)
        } _: { service in
            let alice = try service.client("alice")
            let elsewhere = try await service.startAnotherServer()
            try await Self.expectShared(by: [alice, Self.client(alice, at: elsewhere)])
            // Somebody else is served meanwhile, by both.
            let bob = try service.client("bob")
            #expect(try await bob.get("/api/me").status == 200)
            #expect(try await Self.client(bob, at: elsewhere).get("/api/me").status == 200)
        }
    }

    private static func expectShared(by servers: [Client]) async throws {
        let began = ContinuousClock.now
        let replies = try await outcomes(of: (0..<(3 * quota)).map { servers[$0 % servers.count] })
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        let allowed = Double(quota) * (1 + seconds / 60)
        let admitted = replies.count { $0.status == 200 }
        #expect(replies.allSatisfy { $0.status == 200 || $0.status == 429 })
        #expect(Double(admitted) <= allowed * 1.1, "\(admitted) of \(allowed)")
        #expect(Double(admitted) >= Double(quota) * 0.9, "\(admitted) of \(allowed)")
    }

    @Test func `an answer says what is left, and a refusal when to come back`() async throws {
        try await TestService.with {
            $0.works = false
            $0.rates.user = RatePolicy("user", quota: 5, window: 600)
            $0.rates.tenant = RatePolicy("tenant", quota: 1_000, window: 60)
        } _: { service in
            let alice = try service.client("alice")
            let policies = "\"user\";q=5;w=600, \"tenant\";q=1000;w=60"
            for left in [4, 3, 2, 1, 0] {
                let reply = try await alice.get(left == 2 ? "/api/features?limit=x" : "/api/me")
                #expect(reply.status == (left == 2 ? 400 : 200))
                #expect(reply.header("ratelimit-policy") == policies)
                let state = try #require(reply.header("ratelimit"))
                #expect(state.hasPrefix("\"user\";r=\(left);t="), "\(state)")
            }
            let refused = try await alice.get("/api/me")
            #expect(refused.status == 429)
            #expect(refused.problem == "rate-limited")
            #expect(refused["violated-policies"] == ["user"])
            let wait = try #require(refused.header("retry-after").flatMap { Int($0) })
            #expect((100...120).contains(wait))
            #expect(refused.header("ratelimit") == "\"user\";r=0;t=\(wait)")
            #expect(refused.header("ratelimit-policy") == policies)
            #expect(refused["detail"].string?.contains("Wait \(wait) s") == true)
            // Nothing that is refused is done.
            #expect(try await alice.post("/api/features", [:]).status == 429)
            #expect(try await service.count("SELECT count(*) FROM features") == 0)
        }
    }

    @Test func `a team's members share its limit, and other teams do not`() async throws {
        try await TestService.with {
            $0.works = false
            $0.rates.tenant = RatePolicy("tenant", quota: 6, window: 600)
        } _: { service in
            let team = try await service.team(("ann", .owner), ("ben", .viewer))
            let ann = try service.client("ann").acting(in: team)
            let ben = try service.client("ben").acting(in: team)
            for _ in 0..<3 {
                #expect(try await ann.get("/api/me").status == 200)
                #expect(try await ben.get("/api/me").status == 200)
            }
            #expect(try await ann.get("/api/me")["violated-policies"] == ["tenant"])
            #expect(try await ben.get("/api/me").status == 429)
            #expect(try await service.client("ben").get("/api/me").status == 200)
        }
    }

    @Test func `permits come back with time, and most requests ask the database nothing`() async throws {
        try await TestService.with {
            $0.works = false
            $0.rates.user = RatePolicy("user", quota: 100, window: 1)
        } _: { service in
            let alice = try service.client("alice")
            let until = ContinuousClock.now + .seconds(3)
            var admitted = 0
            while ContinuousClock.now < until {
                if try await alice.get("/api/me").status == 200 { admitted += 1 }
            }
            #expect(admitted > 100, "the bucket fills again")
            #expect(admitted <= 440)
            let leases = try await service.database.superuser.query(
                "SELECT granted FROM rate_buckets WHERE kind = 'user' AND tenant_id = \(service.user("alice"))")
            #expect(leases.count == 1)
        }
    }

    @Test func `without the shared buckets each process decides for itself, within the same rate`() async throws {
        try await TestService.with {
            $0.works = false
            $0.rates.user = RatePolicy("user", quota: 20, window: 600)
        } _: { service in
            _ = try await service.database.superuser.query("REVOKE ALL ON rate_buckets FROM specwright_api")
            let alice = try service.client("alice")
            let replies = try await Self.outcomes(of: Array(repeating: alice, count: 40))
            #expect(replies.count { $0.status == 200 } == 20)
            #expect(replies.count { $0.status == 429 } == 20)
        }
    }

    @Test func `a storm of bad tokens from one address is turned away, and others are served`() async throws {
        try await TestService.with {
            $0.works = false
            $0.rates.signIn = RatePolicy("sign-in", quota: 10, window: 600)
            $0.rates.proxies = TrustedProxies("127.0.0.1")!
        } _: { service in
            let here = [("X-Forwarded-For", "198.51.100.1, 192.0.2.7")]
            let alice = try service.client("alice")
            #expect(try await alice.get("/api/me", here).status == 200)
            let good = try service.token(for: "mallory")
            var strangers: [Client] = []
            for index in 0..<200 {
                strangers.append(service.client(token: String(good.dropLast(8)) + "AAAA" + String(1_000 + index)))
            }
            let replies = try await Self.outcomes(of: strangers, here)
            // Those that were under way together when the tenth was refused are judged too.
            let judged = replies.count { $0.status == 401 }
            #expect((10...18).contains(judged), "\(judged)")
            #expect(replies.count { $0.status == 429 } == 200 - judged)
            let refused = try #require(replies.first { $0.status == 429 })
            #expect(refused["violated-policies"] == ["sign-in"])
            #expect((refused.header("retry-after").flatMap { Int($0) } ?? 0) > 0)
            // Not even a good token that is new here; but whoever was there before, and everybody elsewhere.
            #expect(try await service.client("bob").get("/api/me", here).status == 429)
            #expect(try await alice.get("/api/me", here).status == 200)
            let there = [("X-Forwarded-For", "192.0.2.7, 203.0.113.9")]
            #expect(try await service.client("bob").get("/api/me", there).status == 200)
            #expect(try await service.client("carol").get("/api/me").status == 200)
        }
    }

    @Test func `an address has its own limit, whoever comes from it`() async throws {
        try await TestService.with {
            $0.works = false
            $0.rates.address = RatePolicy("address", quota: 4, window: 600)
            $0.rates.proxies = TrustedProxies("127.0.0.0/8")!
        } _: { service in
            let (alice, bob) = (try service.client("alice"), try service.client("bob"))
            let here = [("X-Forwarded-For", "2001:db8::1")]
            let neighbour = [("X-Forwarded-For", "2001:db8::ffff:2")]
            for client in [alice, bob] {
                #expect(try await client.get("/api/me", here).status == 200)
                #expect(try await client.get("/api/me", neighbour).status == 200)
            }
            #expect(try await alice.get("/api/me", here)["violated-policies"] == ["address"])
            #expect(try await alice.get("/api/me", [("X-Forwarded-For", "2001:db8:0:1::1")]).status == 200)
            // The database is told no address.
            let rows = try await service.count("SELECT count(*) FROM rate_buckets WHERE kind = 'address'")
            #expect(rows == 2)
            // What says nothing of its origin is not limited by it.
            for _ in 0..<6 { #expect(try await bob.get("/api/me").status == 200) }
        }
    }

    @Test func `buckets that nobody uses are forgotten`() async throws {
        try await TestService.with {
            $0.works = false
            $0.rates.user = RatePolicy("user", quota: 100)
        } _: { service in
            for name in ["alice", "bob"] { #expect(try await service.client(name).get("/api/me").status == 200) }
            _ = try await service.database.superuser.query(
                "UPDATE rate_buckets SET refilled_at = now() - interval '2 hours' WHERE tenant_id = \(service.user("bob"))"
            )
            let sweeper = Sweeper(
                database: service.database.worker, sweeps: [], logger: Logger(component: "test", sink: .discard),
                metrics: Metrics())
            #expect(try await sweeper.sweep(.rateBuckets(service.database.worker)) == 1)
            #expect(try await service.count("SELECT count(*) FROM rate_buckets") == 1)
            #expect(try await service.client("bob").get("/api/me").status == 200)
        }
    }
}
