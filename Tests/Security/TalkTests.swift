import Kernel
import Pipeline
import Service
import ServiceHarness
import TestSupport
import Testing

/// What can happen to the talk with the analyst while something else happens to the feature.
@Suite(.timeLimit(.minutes(1)))
struct TalkTests {
    @Test func `an answer under way survives a revision, and the next message is taken`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "spec_ready", by: alice)
            service.model.hold(.analyst)
            let sent = try await alice.post("\(journey.path)/messages", ["text": "What now?"])
            #expect(sent.status == 202)
            try await service.model.heldAnswers(.analyst)
            try await journey.revise()
            service.model.release(.analyst)

            let answer = "\(journey.path)/messages/\(sent["answer_id"].string ?? "")"
            let events = try await alice.events("\(answer)/events").read()
            #expect(events.last?.data["status"] == "complete")
            let next = try await alice.post("\(journey.path)/messages", ["text": "And now?"])
            #expect(next.status == 202)
        }
    }

    @Test func `what a model says with NUL in it is shown without`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            service.model.next(.analyst) { _ in [.text("be\0fore")] }
            let sent = try await alice.post("\(journey.path)/messages", ["text": "Hello"])
            let answer = "\(journey.path)/messages/\(sent["answer_id"].string ?? "")"
            _ = try await alice.events("\(answer)/events").read()
            let message = try await alice.get(answer)
            #expect(message["status"] == "complete")
            #expect(message["text"] == "be\u{FFFD}fore")
        }
    }

    @Test func `the talk comes in parts, the latest first`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            let sent = try await alice.post("\(journey.path)/messages", ["text": "Hello"])
            let messages = "\(journey.path)/messages"
            let latest = try await alice.get("\(messages)?limit=1")
            #expect(latest.items.map { $0["id"] } == [sent["answer_id"]])
            let before = try await alice.get("\(messages)?limit=1&before=\(sent["answer_id"].string ?? "")")
            #expect(before.items.map { $0["id"] } == [sent["message_id"]])
            for query in ["limit=0", "limit=101", "before=x", "after=x"] {
                #expect(try await alice.get("\(messages)?\(query)").status == 400, "\(query)")
            }
        }
    }
}
