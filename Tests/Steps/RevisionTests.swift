import Kernel
import ModelGateway
import Pipeline
import ServiceHarness
import Testing

/// Revising: what was stays readable, and what comes late is dropped.
@Suite(.timeLimit(.minutes(5)))
struct RevisionTests {
    @Test func `revising at a gate starts the next revision, and the old one stays readable`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "plan_ready", by: alice)
            var brief = try #require(SampleProject.brief.object)
            brief["goal"] = "Neighbours also borrow ladders."
            try await journey.revise(.object(brief))
            try await journey.until("spec_ready", revision: 2)
            try await journey.advised(at: "spec", revision: 2)

            let feature = try await journey.now()
            #expect(feature["revision"] == 2)
            #expect(service.model.requests(of: .spec).last?.messages[0].text.contains("ladders") == true)
            // The current view begins anew: there is a spec and no plan yet.
            #expect(try await alice.get("\(journey.path)/deliverables/brief")["body"]["goal"] == brief["goal"])
            #expect(try await alice.get("\(journey.path)/deliverables/plan").status == 404)
            for kind in ["brief", "spec", "plan"] {
                let old = try await alice.get("\(journey.path)/deliverables/\(kind)?revision=1")
                #expect(old.status == 200)
                #expect(old["revision"] == 1)
            }
            let old = try await alice.get("\(journey.path)/deliverables/brief?revision=1")
            #expect(old["body"]["goal"] == SampleProject.brief["goal"])
            // An approval of the revision that is over does nothing.
            let late = try await alice.post("\(journey.path)/approve", ["revision": 1, "gate": "spec"])
            #expect(late.status == 409)
            try await journey.approve("spec", revision: 2)
            try await journey.until("plan_ready", revision: 2)
        }
    }

    @Test func `a late recommendation of the old revision is dropped`() async throws {
        try await TestService.with { service in
            service.model.hold(.alignmentReview)
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            try await journey.until("spec_ready")
            try await service.model.heldAnswers(.alignmentReview)
            try await journey.revise()
            try await journey.until("spec_ready", revision: 2)
            service.model.release(.alignmentReview)
            try await journey.advised(at: "spec", revision: 2)

            let advice = try await alice.get("\(journey.path)/recommendations").items
            #expect(advice.map { $0["revision"] } == [2])
            try await expectRuns(journey, agent: "alignment_review", ["superseded", "succeeded"])
        }
    }

    @Test func `a late review of the old revision is dropped`() async throws {
        try await TestService.with { service in
            service.model.hold(.codeReview)
            let alice = try await service.keyed("alice", key: "dev-alice+refusal@security_review")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            try await journey.until("failed")
            try await service.model.heldAnswers(.codeReview)
            service.model.hold(.spec)
            try await journey.revise()
            service.model.release(.codeReview)
            try await expectRuns(journey, agent: "code_review", ["superseded"])
            #expect(try await alice.get("\(journey.path)/reviews").items == [])
            let feature = try await journey.now()
            #expect(feature["status"] == "spec_generating")
            #expect(feature["failure"] == nil)
            service.model.release(.spec)
        }
    }

    @Test func `a build of the next revision is numbered on`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "done", by: alice)
            #expect(try await alice.patch(journey.path, ["autopilot": true]).status == 200)
            try await journey.revise()
            try await journey.until("done", revision: 2)
            let builds = try await alice.get("\(journey.path)/builds").items
            #expect(builds.map { $0["number"] } == [1, 2])
            #expect(builds.map { $0["revision"] } == [1, 2])
            #expect(service.model.calls(of: .implementer) == 4)
            // It began with the files of the last build, and was told to edit them.
            let opening = service.model.requests(of: .implementer)[2].messages[0].text
            #expect(opening.contains("def lend") && opening.contains("This project exists"))
        }
    }
}
