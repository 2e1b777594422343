import Kernel
import ServiceHarness
import Testing

/// `GET /api/features`: sorted, filtered, and gone on with.
@Suite(.timeLimit(.minutes(5)))
struct FeatureListsTests {
    /// Seven features; the odd ones are cancelled, and number 2 was changed last.
    private static func made(by client: Client) async throws -> [String] {
        var ids: [String] = []
        for index in 0..<7 {
            let made = try await client.post("/api/features", ["title": .string("F\(index)")])
            ids.append(try #require(made["id"].string))
        }
        for index in [5, 1, 3] {
            #expect(try await client.post("/api/features/\(ids[index])/cancel", [:]).status == 200)
        }
        #expect(try await client.patch("/api/features/\(ids[2])", ["title": "Last"]).status == 200)
        return ids
    }

    private static func walk(_ query: String, by client: Client) async throws -> [String] {
        var seen: [String] = []
        var cursor: String?
        repeat {
            let page = try await client.get("/api/features?limit=2&\(query)" + (cursor.map { "&cursor=\($0)" } ?? ""))
            guard page.status == 200 else { throw Unexpected(page.text) }
            seen += page.items.compactMap { $0["id"]?.string }
            cursor = page["next_cursor"].string
        } while cursor != nil
        return seen
    }

    @Test func `pages come in the order that was asked for`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let ids = try await Self.made(by: alice)
            let bob = try service.client("bob")
            _ = try await Self.made(by: bob)
            func numbers(_ query: String) async throws -> [Int] {
                try await Self.walk(query, by: alice).map { try #require(ids.firstIndex(of: $0)) }
            }
            #expect(try await numbers("sort=-created_at") == [6, 5, 4, 3, 2, 1, 0])
            #expect(try await numbers("sort=created_at") == [0, 1, 2, 3, 4, 5, 6])
            #expect(try await numbers("sort=updated_at") == [0, 4, 6, 5, 1, 3, 2])
            #expect(try await numbers("sort=-updated_at") == [2, 3, 1, 5, 6, 4, 0])
            #expect(try await numbers("status=cancelled") == [5, 3, 1])
            #expect(try await numbers("status=cancelled&sort=updated_at") == [5, 1, 3])
            #expect(try await numbers("status=drafting,cancelled&sort=-updated_at") == [2, 3, 1, 5, 6, 4, 0])
            #expect(try await numbers("status=done") == [])
        }
    }

    @Test func `a cursor is good for its own list alone`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            _ = try await Self.made(by: alice)
            let bob = try service.client("bob")
            _ = try await Self.made(by: bob)
            let cursor = try #require(
                try await alice.get("/api/features?limit=2&sort=-updated_at")["next_cursor"].string)
            #expect(try await alice.get("/api/features?sort=-updated_at&cursor=\(cursor)").status == 200)
            #expect(try await alice.get("/api/features?limit=5&sort=-updated_at&cursor=\(cursor)").items.count == 5)
            let changed = (cursor.hasPrefix("A") ? "B" : "A") + cursor.dropFirst()
            let elsewhere: [(Client, String)] = [
                (alice, "cursor=\(cursor)"), (alice, "sort=updated_at&cursor=\(cursor)"),
                (alice, "sort=-updated_at&status=done&cursor=\(cursor)"), (alice, "sort=-updated_at&cursor=\(changed)"),
                (bob, "sort=-updated_at&cursor=\(cursor)"),
            ]
            for (client, query) in elsewhere {
                let reply = try await client.get("/api/features?\(query)")
                #expect(reply.status == 400, "\(query)")
                #expect(reply["detail"].string?.contains("Start again without it.") == true)
            }
        }
    }

    @Test func `what no index serves is refused, with the choices`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            for (query, hint) in [
                ("sort=title", "created_at, updated_at"), ("sort=", "created_at"), ("sort=--created_at", "created_at"),
                ("sort=created_at,updated_at", "created_at"), ("status=finished", "drafting"), ("status=", "drafting"),
                ("status=done,", "drafting"), ("title=x", "not a parameter"),
                ("status=done&status=failed", "more than once"),
            ] {
                let reply = try await alice.get("/api/features?\(query)")
                #expect(reply.status == 400, "\(query)")
                #expect(reply["detail"].string?.contains(hint) == true, "\(reply.text)")
            }
        }
    }
}
