import HTTPClient
import Kernel
import ServiceHarness
import Testing

/// The table of limits in `docs/api.md`, at its edges: the last that is taken, and the first that is not.
@Suite(.timeLimit(.minutes(5)))
struct LimitsTests {
    private static func text(_ count: Int) -> JSON { .string(String(repeating: "é", count: count)) }

    @Test func `texts`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try await service.keyed("alice")
            let feature = try #require(try await alice.post("/api/features", [:]).header("location"))
            let key = try #require(try await alice.get("/api/settings/keys").items.first?["id"]?.string)
            for (count, status) in [(200, 200), (201, 422)] {
                #expect(try await alice.patch(feature, ["title": Self.text(count)]).status == status)
            }
            for (count, status) in [(20_000, 201), (20_001, 422)] {
                #expect(try await alice.post("/api/features", ["brief_text": Self.text(count)]).status == status)
            }
            for (count, status) in [(20_001, 422), (20_000, 202)] {
                #expect(try await alice.post("\(feature)/messages", ["text": Self.text(count)]).status == status)
            }
            for (count, status) in [(100, 200), (101, 422)] {
                #expect(
                    try await alice.patch("/api/settings/keys/\(key)", ["label": Self.text(count)]).status == status)
            }
            for (count, status) in [(255, 201), (256, 400)] {
                let key = String(repeating: "k", count: count)
                #expect(try await alice.post("/api/features", [:], [("Idempotency-Key", key)]).status == status)
            }
            // Letters that normal form C joins count as one.
            let joined = String(repeating: "e\u{301}", count: 200)
            #expect(try await alice.patch(feature, ["title": .string(joined)]).status == 200)
        }
    }

    @Test func `lists`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let feature = try #require(try await alice.post("/api/features", [:]).header("location"))
            for (path, most) in [("/api/features", 100), ("\(feature)/messages", 100), ("\(feature)/events", 500)] {
                #expect(try await alice.get("\(path)?limit=\(most)").status == 200, "\(path)")
                #expect(try await alice.get("\(path)?limit=\(most + 1)").status == 400, "\(path)")
                #expect(try await alice.get("\(path)?limit=1").status == 200, "\(path)")
                #expect(try await alice.get("\(path)?limit=0").status == 400, "\(path)")
            }
        }
    }

    @Test func `bodies and heads`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let json = [("Content-Type", "application/json")]
            func padded(_ count: Int) -> [UInt8] { Array("{}".utf8) + Array(repeating: 0x20, count: count - 2) }
            for (count, status) in [(1_048_576, 201), (1_048_577, 413)] {
                #expect(try await alice.send("POST", "/api/features", padded(count), headers: json).status == status)
            }
            for (count, status) in [(16_384, 422), (16_385, 413)] {
                let reply = try await alice.send("POST", "/api/settings/keys", padded(count), headers: json)
                #expect(reply.status == status)
            }
            for (count, status) in [(262_144, 422), (262_145, 413)] {
                let reply = try await alice.send("PUT", "/api/settings/models", padded(count), headers: json)
                #expect(reply.status == status)
            }
            let query = "/api/me?x="
            for (count, status) in [(8_192, 400), (8_193, 414)] {
                let address = query + String(repeating: "a", count: count - query.utf8.count)
                let response = try await alice.open("GET", address)
                #expect(response.status == status)
            }
            for (count, status) in [(12_000, 200), (17_000, 431)] {
                let response = try await alice.open(
                    "GET", "/api/me", headers: [("X-Long", String(repeating: "a", count: count))])
                #expect(response.status == status)
            }
        }
    }
}
