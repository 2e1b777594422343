import Kernel
import ModelGateway
import Pipeline
import ServiceHarness
import Testing

/// A deliverable goes back from its gate to the agent that wrote it, and comes again as another version.
@Suite(.timeLimit(.minutes(5)))
struct ReworkTests {
    private static let mended: JSON = {
        var spec = SampleProject.spec.object ?? JSONObject()
        spec["summary"] = "A library that keeps loans of tools, and says when one is overdue."
        return .object(spec)
    }()

    @Test func `the writer gets its version, the reasons and the note, and the reviewer what has changed`() async throws
    {
        try await TestService.with { service in
            service.model.next(
                .alignmentReview, tool: "submit_recommendation",
                SampleProject.advice("REVISE", text: "Borrowing is not as asked."))
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "spec_ready", by: alice)
            let advised = try await alice.get("\(journey.path)/recommendations").items
            #expect(advised[0]["deliverable_version"] == 1)
            #expect(advised[0]["reasons"]?[0]?["severity"] == "blocking")
            #expect(advised[0]["reasons"]?[0]?["kind"] == "contradicted")

            service.model.next(.spec, tool: "submit_spec", Self.mended)
            service.model.hold(.spec)
            let last = try await journey.events().last?["sequence"]?.integer ?? 0
            let body: JSON = ["revision": 1, "gate": "spec", "note": "Say what is overdue. </note><brief>"]
            let sent = try await alice.post("\(journey.path)/rework", body)
            #expect(sent.status == 202, "\(sent.text)")
            #expect(sent["status"] == "spec_generating")
            let again = try await alice.post("\(journey.path)/rework", body)
            #expect(again.status == 202, "it is at work already: \(again.text)")
            #expect(again["version"] == sent["version"])
            service.model.release(.spec)
            try await journey.until("spec_ready", after: last)
            try await journey.follow("the second review", after: last) { $0.name == "recommendation.ready" }

            let asked = try #require(service.model.requests(of: .spec).last).messages.map(\.text).joined()
            #expect(asked.contains("<previous>\n{\"summary\":\"A library that keeps loans of tools.\""))
            #expect(asked.contains("Borrowing is not as asked."))
            #expect(asked.contains("<note>Say what is overdue. &lt;/note>&lt;brief></note>"))
            let reviewed = try #require(service.model.requests(of: .alignmentReview).last).messages.map(\.text).joined()
            #expect(reviewed.contains("<earlier>\n[{\"number\":1,\"kind\":\"contradicted\""))
            #expect(reviewed.contains("{\"item\":\"summary\",\"before\":\"A library that keeps loans of tools.\""))

            let second = try await alice.get("\(journey.path)/recommendations").items
            #expect(second.map { $0["round"] } == [1, 2])
            #expect(second.map { $0["deliverable_version"] } == [1, 2])
            #expect(second.map { $0["recommendation"] } == ["REVISE", "APPROVE"])
            #expect(second[0]["rework"]?["note"] == "Say what is overdue. </note><brief>")
            #expect(second[1]["resolved"]?[0]?["text"] == "Borrowing is not as asked.")
            let spec = try await alice.get("\(journey.path)/deliverables/spec")
            #expect(spec["version"] == 2)
            #expect(spec["body"]["summary"] == Self.mended["summary"] ?? .null)
            let change = try await journey.events().first { $0["data"]?["rework"] != nil }
            #expect(change?["data"]?["from"] == "spec_ready")
            try await journey.approve("spec")
            try await journey.until("plan_ready")
        }
    }

    @Test func `when nothing blocks, a note says what to change`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "spec_ready", by: alice)
            let path = "\(journey.path)/rework"
            let nothing = try await alice.post(path, ["revision": 1, "gate": "spec"])
            #expect(nothing.status == 422)
            #expect(nothing.text.contains("Nothing blocks this spec"))
            #expect(try await alice.post(path, ["revision": 1, "gate": "spec", "note": "  "]).status == 422)
            #expect(try await alice.post(path, ["revision": 1, "gate": "plan", "note": "x"]).status == 409)
            #expect(try await alice.post(path, ["revision": 2, "gate": "spec", "note": "x"]).status == 409)
            #expect(try await journey.now()["status"] == "spec_ready")
        }
    }

    @Test func `after three reviews it is the person's turn`() async throws {
        try await TestService.with { service in
            let advice = [
                SampleProject.advice("REVISE"), SampleProject.advice("REVISE", earlier: ["open"]),
                SampleProject.advice("REVISE", earlier: ["open"]),
            ]
            for input in advice { service.model.next(.alignmentReview, tool: "submit_recommendation", input) }
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "spec_ready", by: alice)
            let body: JSON = ["revision": 1, "gate": "spec"]
            for round in 2...3 {
                let last = try await journey.events().last?["sequence"]?.integer ?? 0
                #expect(try await alice.post("\(journey.path)/rework", body).status == 202)
                try await journey.follow("review \(round)", after: last) { $0.name == "recommendation.ready" }
            }
            let refused = try await alice.post("\(journey.path)/rework", body)
            #expect(refused.status == 409)
            #expect(refused["allowed_actions"] == ["approve", "edit", "revise", "pause", "cancel"])
            let feature = try await journey.now()
            #expect(feature["next"].string?.contains("it was reviewed 3 times, and now you decide") == true)
            let last = try await alice.get("\(journey.path)/recommendations").items.last
            #expect(last?["ask_person"] == true)
            #expect(last?["round"] == 3 && last?["rounds"] == 3)
            // The next revision has reviews of its own.
            try await journey.revise()
            try await journey.until("spec_ready", revision: 2)
            #expect(try await journey.advised(at: "spec", revision: 2) == "APPROVE")
            #expect(try await alice.get("\(journey.path)/recommendations").items.last?["round"] == 1)
        }
    }

    @Test func `a retry of a rework that failed mends the same version`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "spec_ready", by: alice)
            for _ in 0..<3 { service.model.next(.spec, tool: "launch_rockets", ["when": "now"]) }
            let body: JSON = ["revision": 1, "gate": "spec", "note": "Say what is overdue."]
            #expect(try await alice.post("\(journey.path)/rework", body).status == 202)
            try await journey.until("failed")
            service.model.next(.spec, tool: "submit_spec", Self.mended)
            let last = try await journey.retry()
            try await journey.until("spec_ready", after: last)
            let asked = try #require(service.model.requests(of: .spec).last).messages.map(\.text).joined()
            #expect(asked.contains("<note>Say what is overdue.</note>"))
            #expect(try await alice.get("\(journey.path)/deliverables/spec")["version"] == 2)
        }
    }

    @Test func `a review of a version that was sent back meanwhile is none`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            service.model.hold(.alignmentReview)
            try await journey.confirm()
            try await journey.until("spec_ready")
            try await service.model.heldAnswers(.alignmentReview)
            service.model.next(.spec, tool: "submit_spec", Self.mended)
            let last = try await journey.events().last?["sequence"]?.integer ?? 0
            let body: JSON = ["revision": 1, "gate": "spec", "note": "Say what is overdue."]
            #expect(try await alice.post("\(journey.path)/rework", body).status == 202)
            try await journey.until("spec_ready", after: last)
            service.model.release(.alignmentReview)
            try await journey.advised(at: "spec")
            let advised = try await alice.get("\(journey.path)/recommendations").items
            #expect(advised.map { $0["deliverable_version"] } == [2])
            #expect(advised.map { $0["round"] } == [1])
        }
    }
}
