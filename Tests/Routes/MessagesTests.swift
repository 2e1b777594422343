import Kernel
import Pipeline
import Service
import ServiceHarness
import Testing

/// `/api/features/{id}/messages` and the answers that stream.
@Suite(.timeLimit(.minutes(5)))
struct MessagesTests {
    /// An answer in two calls, of which the second is held: the first says something and runs into its limit.
    private static func speakInTwoParts(_ model: ScriptedModel) -> (first: String, second: String) {
        let first = "I understood that neighbours lend tools to each other. " + String(repeating: "m", count: 32_000)
        // As much as 8,000 tokens hold, at four bytes each.
        let kept = String(first.prefix(32_000))
        let second = " And that is all."
        model.hold(.analyst, after: 1)
        model.next(.analyst, { _ in [.text(first)] }, { _ in [.text(second)] })
        return (kept, second)
    }

    @Test func `an answer streams in pieces, and then comes whole`() async throws {
        try await TestService.with {
            $0.textInterval = .milliseconds(20)
        } _: { service in
            let parts = Self.speakInTwoParts(service.model)
            let alice = try await service.keyed("alice")
            let made = try await alice.post("/api/features", ["brief_text": "Lend tools."])
            let path = "\(made.header("location") ?? "")/messages"
            let id = try #require(try await alice.get(path).items.last?["id"]?.string)

            let stream = try await alice.events("\(path)/\(id)/events")
            let first = try #require(try await stream.next())
            #expect(first.id == "1")
            service.model.release(.analyst)
            let events = [first] + (try await stream.read())
            let pieces = events.dropLast()
            #expect(pieces.allSatisfy { $0.name == "delta" })
            #expect(pieces.map(\.id) == (1...pieces.count).map(String.init))
            let whole = try #require(events.last)
            #expect(whole.name == "message")
            #expect(whole.id == "whole")
            #expect(whole.data["text"]?.string == parts.first + parts.second)
            // What was written last may come with the whole only.
            let text = pieces.compactMap { $0.data["text"]?.string }.joined()
            #expect(!text.isEmpty && (parts.first + parts.second).hasPrefix(text))
            #expect(try await alice.get("\(path)/\(id)").json == whole.data)
        }
    }

    @Test func `a client that comes back in the middle gets the rest`() async throws {
        try await TestService.with {
            $0.textInterval = .milliseconds(20)
        } _: { service in
            let parts = Self.speakInTwoParts(service.model)
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            let sent = try await alice.post("\(journey.path)/messages", ["text": "Hello"])
            #expect(sent.status == 202)
            let follow = try #require(sent.header("location"))
            #expect(follow == "\(journey.path)/messages/\(sent["answer_id"].string ?? "")/events")

            let first = try #require(try await alice.events(follow).next())
            #expect(first.id == "1")
            try await service.model.heldAnswers(.analyst)
            let stream = try await alice.events(follow, after: first.id)
            let second = try #require(try await stream.next())
            service.model.release(.analyst)
            let rest = try await stream.read()
            #expect(second.id == "2")
            let text = ([first, second] + rest.dropLast()).compactMap { $0.data["text"]?.string }.joined()
            #expect((parts.first + parts.second).hasPrefix(text))
            #expect(rest.last?.data["text"]?.string == parts.first + parts.second)

            // Later the pieces are gone and the whole comes at once; who has it gets nothing more.
            let late = try await alice.events(follow, after: "1").read()
            #expect(late.map(\.name) == ["message"])
            let done = try await alice.get(follow, [("Last-Event-ID", "whole")])
            #expect(done.status == 204)
        }
    }

    @Test func `the talk is listed in order, with the proposed brief`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let made = try await alice.post("/api/features", ["brief_text": "Lend tools."])
            let journey = Journey(alice, try #require(made["id"].string))
            try await journey.follow("a brief", after: 0) { $0.name == "brief.proposed" }
            let sent = try await alice.post("\(journey.path)/messages", ["text": "Fine."])
            _ = try await alice.events(try #require(sent.header("location"))).read()

            let talk = try await alice.get("\(journey.path)/messages").items
            #expect(talk.map { $0["role"] } == ["user", "assistant", "user", "assistant"])
            #expect(talk.map { $0["status"] } == Array(repeating: "complete", count: 4))
            #expect(talk[1]["proposal"]?["title"] == SampleProject.brief["title"])
            let feature = try await journey.now()
            #expect(feature["allowed_actions"] == ["confirm", "pause", "cancel"])
            let brief = try await alice.get("\(journey.path)/deliverables/brief")
            #expect(brief["body"]["goal"] == SampleProject.brief["goal"])
        }
    }

    @Test func `one question at a time`() async throws {
        try await TestService.with { service in
            service.model.hold(.analyst)
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            let sent = try await alice.post("\(journey.path)/messages", ["text": "First"])
            let second = try await alice.post("\(journey.path)/messages", ["text": "Second"])
            #expect(second.status == 409)
            #expect(second.problem == "answer-in-progress")
            service.model.release(.analyst)
            _ = try await alice.events(try #require(sent.header("location"))).read()
            #expect(try await alice.post("\(journey.path)/messages", ["text": "Second"]).status == 202)
        }
    }

    @Test func `an answer that could not be given says why, and the talk goes on`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice", key: "dev-alice+refusal*1@ba")
            let journey = try await Journey.drafted(by: alice)
            let sent = try await alice.post("\(journey.path)/messages", ["text": "Hello"])
            let events = try await alice.events(try #require(sent.header("location"))).read()
            let message = try #require(events.last)
            #expect(message.name == "message")
            #expect(message.data["status"] == "failed")
            #expect(message.data["failure"]?.string?.contains("declined") == true)
            let again = try await alice.post("\(journey.path)/messages", ["text": "Please"])
            #expect(again.status == 202)
            let answered = try await alice.events(try #require(again.header("location"))).read()
            #expect(answered.last?.data["status"] == "complete")
        }
    }

    @Test func `an id that is no event of an answer is refused`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            let sent = try await alice.post("\(journey.path)/messages", ["text": "Hello"])
            let follow = try #require(sent.header("location"))
            _ = try await alice.events(follow).read()
            for bad in ["x", "-1", "Whole"] {
                #expect(try await alice.get(follow, [("Last-Event-ID", bad)]).status == 400)
            }
        }
    }

    @Test func `the stream of an answer whose feature is deleted ends`() async throws {
        try await TestService.with {
            $0.works = false
        } _: { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            let sent = try await alice.post("\(journey.path)/messages", ["text": "Hello"])
            let stream = try await alice.events(try #require(sent.header("location")))
            #expect(try await alice.delete(journey.path).status == 204)
            #expect(try await stream.next() == nil)
        }
    }

    @Test func `talk goes on while agents are at work, and through a revision`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "spec_ready", by: alice)
            service.model.hold(.analyst)
            let sent = try await alice.post("\(journey.path)/messages", ["text": "What is R1?"])
            try await service.model.heldAnswers(.analyst)
            try await journey.revise()
            service.model.release(.analyst)
            let events = try await alice.events(try #require(sent.header("location"))).read()
            #expect(events.last?.data["status"] != "streaming")
            #expect(try await alice.post("\(journey.path)/messages", ["text": "And now?"]).status == 202)
        }
    }
}
