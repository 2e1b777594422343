import Kernel
import ModelGateway
import Pipeline
import Postgres
import ServiceHarness
import TestSupport
import Testing

/// Files that come with a message: kept, listed, read by agents, and refused when they are not fit to be.
@Suite(.timeLimit(.minutes(5)))
struct AttachmentsTests {
    private static let table = "tool,member,since\nsaw,Ada,2026-11-02\n"

    private static func message(_ files: [(String, String)]) -> JSON {
        let files = files.map { JSON.object(["name": .string($0.0), "content": .string($0.1)]) }
        return ["text": "Here is the list.", "attachments": .array(files)]
    }

    @Test func `files are kept with their message, read and deleted`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            let decomposed = "Leihgeräte.csv"
            let sent = try await alice.post(
                "\(journey.path)/messages", Self.message([(decomposed, Self.table), ("notes.MD", "# Loans\n")]))
            #expect(sent.status == 202, "\(sent.text)")
            _ = try await alice.events(try #require(sent.header("location"))).read()

            let listed = try await alice.get("\(journey.path)/attachments").items
            #expect(listed.map { $0["name"] } == ["Leihger\u{E4}te.csv", "notes.MD"])
            #expect(listed.map { $0["media_type"] } == ["text/csv", "text/markdown"])
            #expect(listed[0]["bytes"]?.integer == Int64(Self.table.utf8.count))
            let talk = try await alice.get("\(journey.path)/messages").items
            #expect(talk[0]["attachments"]?.array?.count == 2)
            #expect(talk[1]["attachments"] == [])

            let place = "\(journey.path)/attachments/\(listed[0]["id"]?.string ?? "")"
            #expect(try await alice.get(place)["content"] == .string(Self.table))
            #expect(try await alice.delete(place).status == 204)
            #expect(try await alice.get(place).status == 404)
            #expect(try await alice.delete(place).status == 404)
            #expect(try await alice.get("\(journey.path)/attachments").items.count == 1)
        }
    }

    @Test func `what is no text, has a strange name or holds a secret is refused with its place`() async throws {
        try await TestService.with {
            $0.works = false
        } _: { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            let key = "ghp_" + "aB3dE5gH7jK9mN1pQ3rS5tU7vW9xY1zA2bC4"
            let cases: [(String, String, String, String)] = [
                ("a\u{0}b.txt", "x", "/attachments/0/name", "NUL"), ("../a.txt", "x", "/attachments/0/name", ".."),
                ("a/b.txt", "x", "/attachments/0/name", "without its folder"),
                ("CON.txt", "x", "/attachments/0/name", "reserved"),
                ("a\u{202E}.txt", "x", "/attachments/0/name", "202E"),
                ("<a>.txt", "x", "/attachments/0/name", "<"), ("a.txt", "", "/attachments/0/content", "empty"),
                ("a.txt", "x\ny\u{1}", "/attachments/0/content", "Line 2"),
                ("a.txt", "x\0", "/attachments/0/content", "NUL"),
                ("a.txt", String(repeating: "ä", count: 70_000), "/attachments/0/content", "131072"),
                ("a.env", "A=1\nTOKEN=\(key)\n", "/attachments/0/content", "Line 2 looks like a GitHub token"),
            ]
            for (name, content, pointer, words) in cases {
                let reply = try await alice.post("\(journey.path)/messages", Self.message([(name, content)]))
                #expect(reply.status == 422, "\(name): \(reply.text)")
                #expect(reply["pointer"].string == pointer, "\(name): \(reply.text)")
                #expect(reply["detail"].string?.contains(words) == true, "\(name): \(reply.text)")
                #expect(!reply.text.contains(key))
                let made = try await alice.post(
                    "/api/features",
                    ["brief_text": "x", "attachments": [["name": .string(name), "content": .string(content)]]])
                #expect(made.status == 422)
            }
            let twins = try await alice.post(
                "\(journey.path)/messages", Self.message([("a.txt", "x"), ("A.txt", "y")]))
            #expect(twins["pointer"].string == "/attachments/1/name")
            let alone = try await alice.post("/api/features", ["attachments": [["name": "a", "content": "x"]]])
            #expect(alone["pointer"].string == "/attachments")
            #expect(try await alice.get("\(journey.path)/attachments").items == [])
            #expect(try await alice.get("/api/features").items.count == 1)
        }
    }

    @Test func `a feature holds twenty, and gives them back when it goes`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            let five = Self.message((1...5).map { ("\($0).txt", "x") })
            for _ in 1...4 {
                let sent = try await alice.post("\(journey.path)/messages", five)
                _ = try await alice.events(try #require(sent.header("location"))).read()
            }
            let more = try await alice.post("\(journey.path)/messages", Self.message([("more.txt", "x")]))
            #expect(more.status == 409)
            #expect(more.problem == "too-many-attachments")
            #expect(try await alice.get("\(journey.path)/messages").items.count == 8)
            #expect(try await alice.delete(journey.path).status == 204)
            #expect(try await service.database.superuser.query("SELECT 1 FROM attachments").isEmpty)
        }
    }

    @Test func `the analyst and the specification agent read them, the later agents do not`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let made = try await alice.post(
                "/api/features",
                ["brief_text": "Lend tools.", "attachments": [["name": "loans.csv", "content": .string(Self.table)]]])
            let journey = Journey(alice, try #require(made["id"].string))
            try await journey.follow("a brief", after: 0) { $0.name == "brief.proposed" }
            try await journey.confirm()
            try await journey.until("spec_ready")
            try await journey.advised(at: "spec")
            try await journey.approve("spec")
            try await journey.until("plan_ready")
            let shown = "<attachment name=\"loans.csv\" shown=\"all\">\n\(Self.table)\n</attachment>"
            for (agent, reads) in [(AgentName.analyst, true), (.spec, true), (.planner, false)] {
                let text = service.model.requests(of: agent).first?.messages.map(\.text).joined() ?? ""
                #expect(text.contains(shown) == reads, "\(agent)")
            }
        }
    }
}
