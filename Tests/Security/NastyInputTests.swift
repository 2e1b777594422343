import Kernel
import ServiceHarness
import TestSupport
import Testing

/// Input that was made to hurt. Every answer is a problem that says what is wrong, and the process lives on: a trap
/// would take everybody's requests with it.
@Suite(.timeLimit(.minutes(1)))
struct NastyInputTests {
    @Test func `numbers at the edge of what fits are refused, not computed with`() async throws {
        try await TestService.with { options in
            options.works = false
        } _: { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            let greatest = String(Int64.max)
            for number in [greatest, "9223372036854775808", "-1", "-9223372036854775808", "1e3", "0x1", "", "NaN"] {
                #expect(try await alice.get("/api/features?limit=\(number)").status == 400, "\(number)")
                #expect(try await alice.get("\(journey.path)/events?limit=\(number)").status == 400, "\(number)")
                #expect(try await alice.get("\(journey.path)/builds/\(number)/files/a").status == 404, "\(number)")
            }
            #expect(try await alice.get("\(journey.path)/events?after=\(greatest)").items.isEmpty)
            #expect(try await alice.get("\(journey.path)/events?after=9223372036854775808").status == 400)
            let revisions: [JSON] = [
                .integer(.max), .integer(.min), .integer(0), .number(1e300), .number(-1e300), .number(0.5), "1", true,
                .null, [1], ["revision": 1],
            ]
            for revision in revisions {
                for action in ["confirm", "retry"] {
                    let reply = try await alice.post("\(journey.path)/\(action)", ["revision": revision])
                    #expect(reply.status == 422, "\(action) \(revision.text): \(reply.text)")
                }
            }
            for last in ["9223372036854775808", "-1", "x", "1.0"] {
                let headers = [("Accept", "text/event-stream"), ("Last-Event-ID", last)]
                #expect(try await alice.get("\(journey.path)/events", headers).status == 400, "\(last)")
            }
        }
    }

    @Test func `JSON that no database could hold stops at the door`() async throws {
        try await TestService.with { options in
            options.works = false
        } _: { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            func patch(_ body: String) async throws -> Reply {
                try await alice.send(
                    "PATCH", journey.path, Array(body.utf8), headers: [("Content-Type", "application/json")])
            }
            let refused = [
                (400, #"{"title":"\ud800"}"#), (400, #"{"title":"\udc00\ud800"}"#), (400, #"{"title":1e400}"#),
                (400, #"{"title":"a","title":"b"}"#), (400, "{\"title\":\"a\"}\0"), (400, "\u{FEFF}{}"), (400, ""),
                (400, String(repeating: "[", count: 100_000)),
                (400, #"{"title":"# + String(repeating: "9", count: 400)),
                (422, #"{"title":"\u0000"}"#), (422, #"{"title":"a\u001b[31m"}"#), (422, #"{"title":"a\nb"}"#),
                (422, #"{"title":" \t"}"#), (422, #"{"__proto__":1}"#),
            ]
            for (status, body) in refused {
                let reply = try await patch(body)
                #expect(reply.status == status, "\(body.prefix(40)): \(reply.text)")
            }
            // Joiners make words in some scripts, and emoji.
            #expect(try await patch(#"{"title":"می‌خواهم 👩‍👧"}"#).status == 200)
            for content in ["\0", "\u{1}", "\u{7F}"] {
                var brief = SampleProject.brief.object ?? JSONObject()
                brief["title"] = .string("a\(content)")
                #expect(try await alice.put("\(journey.path)/brief", .object(brief)).status == 422)
            }
        }
    }

    @Test func `a refusal is never as large as what it refuses`() async throws {
        try await TestService.with { options in
            options.works = false
        } _: { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            let name = String(repeating: "k", count: 1_000_000)
            let many = JSONObject((0..<80_000).map { ("k\($0)", 1) })
            let numbers = JSON.array(Array(repeating: 1, count: 400_000))
            for body: JSON in [[name: 1], .object(many), ["stories": numbers], ["title": .string(name)]] {
                let patched = try await alice.patch(journey.path, body)
                #expect(patched.status == 422)
                #expect(patched.bytes.count < 4_000)
                let put = try await alice.put("\(journey.path)/brief", body)
                #expect(put.status == 422)
                #expect(put.bytes.count < 16_000)
            }
        }
    }
}
