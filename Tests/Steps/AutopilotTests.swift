import Kernel
import Pipeline
import ServiceHarness
import Testing

/// Autopilot approves what the reviewer approves, and nothing else.
@Suite(.timeLimit(.minutes(5)))
struct AutopilotTests {
    @Test func `an APPROVE goes on by itself`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            try await journey.until("done")
            #expect(try await alice.get("\(journey.path)/recommendations").items.count == 3)
        }
    }

    @Test func `a REVISE is reworked while reviews are left, then waits for a person, who may approve all the same`()
        async throws
    {
        try await TestService.with { service in
            let advice = [
                SampleProject.advice("REVISE"), SampleProject.advice("REVISE", earlier: ["open"]),
                SampleProject.advice("REVISE", earlier: ["open"]),
            ]
            for input in advice { service.model.next(.alignmentReview, tool: "submit_recommendation", input) }
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            try await journey.follow("the last review", after: 0) { $0.data["ask_person"] == true }
            let feature = try await journey.now()
            #expect(feature["status"] == "spec_ready")
            #expect(feature["allowed_actions"] == ["approve", "edit", "revise", "pause", "cancel"])
            let advised = try await alice.get("\(journey.path)/recommendations").items
            #expect(advised.map { $0["round"] } == [1, 2, 3])
            #expect(advised.map { $0["deliverable_version"] } == [1, 2, 3])
            #expect(advised.map { $0["ask_person"] } == [false, false, true])
            #expect(advised.map { $0["recommendation"] } == ["REVISE", "REVISE", "REVISE"])
            #expect(advised.map { $0["rework"]?.isNull } == [false, false, true])
            #expect(service.model.calls(of: .alignmentReview) == 3)
            try await journey.approve("spec")
            try await journey.until("done")
        }
    }

    @Test func `switched on at a gate, it takes the advice that is there`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "spec_ready", by: alice)
            #expect(try await alice.patch(journey.path, ["autopilot": true])["status"] == "spec_approved")
            try await journey.until("done")
        }
    }

    @Test func `switched on at a gate with a REVISE, it has it reworked`() async throws {
        try await TestService.with { service in
            service.model.next(.alignmentReview, tool: "submit_recommendation", SampleProject.advice("REVISE"))
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "spec_ready", by: alice)
            #expect(try await alice.patch(journey.path, ["autopilot": true])["status"] == "spec_generating")
            try await journey.until("done")
            let first = try await alice.get("\(journey.path)/recommendations").items.prefix(2)
            #expect(first.map { $0["recommendation"] } == ["REVISE", "APPROVE"])
            #expect(first.last?["resolved"]?.array?.count == 1)
        }
    }
}
