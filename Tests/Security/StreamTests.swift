import Features
import Kernel
import ServiceHarness
import TestSupport
import Testing

/// How long and how many event streams one person may hold.
@Suite(.timeLimit(.minutes(1)))
struct StreamTests {
    @Test func `a stream ends with the token that opened it`() async throws {
        try await TestService.with { options in
            options.works = false
        } _: { service in
            let alice = try service.client("alice")
            let feature = try await alice.post("/api/features", ["title": "One"])["id"].string ?? ""
            // Expired, but still within the leeway that clocks are given.
            let late = service.client(token: try service.token(for: "alice", lifetime: .seconds(-58)))
            let stream = try await late.events("/api/features/\(feature)/events")
            #expect(try await stream.next()?.name == "feature.created")
            var (last, hasEnded) = ("1", false)
            for number in 0..<2_000 where !hasEnded {
                _ = try await alice.patch("/api/features/\(feature)", ["title": .string("Title \(number)")])
                if let event = try await stream.next() { last = event.id } else { hasEnded = true }
            }
            #expect(hasEnded)
            // Nothing is lost by it: a new token takes up where the old one ended.
            let next = try await alice.events("/api/features/\(feature)/events", after: last)
            #expect(try await next.next()?.id == String((Int(last) ?? 0) + 1))
        }
    }

    @Test func `one person's streams are counted, and another's are not theirs`() async throws {
        let hub = WakeUpHub(streamsPerPerson: 2)
        let (alice, bob) = (UserID.new(), UserID.new())
        try await hub.waiting(for: "a", user: alice) { _ in
            try hub.requireRoom(for: alice)
            try await hub.waiting(for: "a", user: alice) { _ in
                let problem = #expect(throws: Problem.self) { try hub.requireRoom(for: alice) }
                #expect(problem?.status == 429)
                try hub.requireRoom(for: bob)
            }
            try hub.requireRoom(for: alice)
        }
        try hub.requireRoom(for: alice)
    }
}
