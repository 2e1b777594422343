import Kernel
import Pipeline
import Postgres
import ServiceHarness
import Telemetry
import TestSupport
import Testing

/// `Idempotency-Key`: a request that is sent again happens once.
@Suite(.timeLimit(.minutes(5)))
struct IdempotencyTests {
    private func key(_ text: String) -> [(String, String)] { [("Idempotency-Key", text)] }

    @Test func `a request that is sent again gets its first answer`() async throws {
        try await TestService.with {
            $0.works = false
        } _: { service in
            let alice = try await service.keyed("alice")
            let first = try await alice.post("/api/features", ["title": "Once"], key("k-1"))
            let second = try await alice.post("/api/features", ["title": "Once"], key("k-1"))
            #expect(first.status == 201 && first.header("idempotency-replayed") == nil)
            #expect(second.status == 201 && second.header("idempotency-replayed") == "true")
            #expect(second.bytes == first.bytes)
            for name in ["location", "etag", "content-type"] { #expect(second.header(name) == first.header(name)) }
            #expect(try await service.count("SELECT count(*) FROM features") == 1)

            let journey = Journey(alice, try #require(first["id"].string))
            let asked = try await alice.post("\(journey.path)/messages", ["text": "Hello"], key("k-2"))
            let again = try await alice.post("\(journey.path)/messages", ["text": "Hello"], key("k-2"))
            #expect(asked.status == 202 && again.text == asked.text)
            #expect(try await service.count("SELECT count(*) FROM jobs WHERE kind = 'run_chat'") == 1)

            // The state has moved on; the answer has not.
            let paused = try await alice.post("\(journey.path)/pause", [:], key("k-3"))
            #expect(try await alice.post("\(journey.path)/resume", [:]).status == 200)
            #expect(try await alice.post("\(journey.path)/pause", [:], key("k-3")).text == paused.text)
            #expect(try await journey.now()["paused"] == false)
        }
    }

    @Test func `a key belongs to one request of one person in one tenant`() async throws {
        try await TestService.with {
            $0.works = false
        } _: { service in
            let team = try await service.team(("alice", .owner), ("bob", .owner))
            let (alice, bob) = (try service.client("alice"), try service.client("bob"))
            let everywhere = [alice, bob, alice.acting(in: team), bob.acting(in: team)]
            for client in everywhere {
                #expect(try await client.post("/api/features", ["title": "Mine"], key("same")).status == 201)
            }
            #expect(try await service.count("SELECT count(*) FROM features") == 4)
            let other = try await alice.post("/api/features", ["title": "Other"], key("same"))
            #expect(other.status == 422 && other.problem == "idempotency-key-reused")
            let id = try #require(try await alice.get("/api/features").items[0]["id"]?.string)
            let elsewhere = try await alice.post("/api/features/\(id)/pause", [:], key("same"))
            #expect(elsewhere.problem == "idempotency-key-reused")
            for bad in [String(repeating: "k", count: 256), "two words", "ü"] {
                #expect(try await alice.post("/api/features", ["title": "T"], key(bad)).status == 400)
            }
        }
    }

    @Test func `what was refused is not kept`() async throws {
        try await TestService.with {
            $0.works = false
        } _: { service in
            let alice = try service.client("alice")
            let refused = try await alice.post("/api/features", ["brief_text": "A shop."], key("k"))
            #expect(refused.status == 409, "there is no model key yet")
            _ = try await service.keyed("alice")
            #expect(try await alice.post("/api/features", ["brief_text": "A shop."], key("k")).status == 201)
        }
    }

    @Test func `many at once happen once, and the others are told to wait or get the answer`() async throws {
        try await TestService.with {
            $0.works = false
        } _: { service in
            let alice = try service.client("alice")
            let replies = try await withThrowingTaskGroup(of: Reply.self) { group in
                for _ in 0..<12 {
                    group.addTask {
                        try await alice.post("/api/features", ["title": "Once"], [("Idempotency-Key", "k")])
                    }
                }
                return try await group.reduce(into: [Reply]()) { $0.append($1) }
            }
            #expect(try await service.count("SELECT count(*) FROM features") == 1)
            let made = replies.filter { $0.status == 201 }
            #expect(Set(made.map(\.text)).count == 1)
            #expect(made.count { $0.header("idempotency-replayed") == nil } == 1)
            for reply in replies where reply.status != 201 {
                #expect(reply.status == 409 && reply.problem == "idempotency-key-in-use")
                #expect(reply.header("retry-after") == "1")
            }
        }
    }

    @Test func `a key is forgotten after a day`() async throws {
        try await TestService.with {
            $0.works = false
        } _: { service in
            let alice = try service.client("alice")
            for name in ["old", "young"] { _ = try await alice.post("/api/features", ["title": "T"], key(name)) }
            let sweep = Sweep.idempotencyKeys(service.database.worker)
            let sweeper = Sweeper(
                database: service.database.worker, sweeps: [], logger: Logger(component: "test", sink: .discard),
                metrics: Metrics())
            #expect(try await sweeper.sweep(sweep) == 0)
            try await service.database.superuser.query(
                "UPDATE idempotency_keys SET created_at = created_at - interval '25 hours' WHERE key = 'old'")
            #expect(try await alice.post("/api/features", ["title": "Anew"], key("old")).status == 201)
            try await service.database.superuser.query(
                "UPDATE idempotency_keys SET created_at = created_at - interval '25 hours' WHERE key = 'old'")
            #expect(try await sweeper.sweep(sweep) == 1)
            #expect(try await service.count("SELECT count(*) FROM idempotency_keys WHERE key = 'young'") == 1)
            #expect(try await service.count("SELECT count(*) FROM idempotency_keys") == 1)
        }
    }

    @Test func `every POST takes the key`() {
        let posts = APIDescription.current.operations.filter { $0.method == "POST" && $0.path.hasPrefix("/api/") }
        #expect(posts.count >= 9)
        for post in posts where !post.path.hasPrefix("/api/settings/keys") {
            #expect(post.parameterNames(in: "header").contains("Idempotency-Key"), "\(post.path)")
        }
    }
}
