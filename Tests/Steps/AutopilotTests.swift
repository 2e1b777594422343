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

    @Test func `a REVISE waits for a person, who may approve all the same`() async throws {
        try await TestService.with { service in
            service.model.next(.alignmentReview, tool: "submit_recommendation", SampleProject.advice("REVISE"))
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            #expect(try await journey.advised(at: "spec") == "REVISE")
            #expect(try await journey.now()["status"] == "spec_ready")
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

    @Test func `switched on at a gate with a REVISE, it waits`() async throws {
        try await TestService.with { service in
            service.model.next(.alignmentReview, tool: "submit_recommendation", SampleProject.advice("REVISE"))
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "spec_ready", by: alice)
            #expect(try await alice.patch(journey.path, ["autopilot": true])["status"] == "spec_ready")
        }
    }
}
