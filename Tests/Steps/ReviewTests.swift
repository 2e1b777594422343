import Kernel
import ModelGateway
import Pipeline
import ServiceHarness
import Testing

/// The two reviews, and the repairs that they ask for.
@Suite(.timeLimit(.minutes(5)))
struct ReviewTests {
    @Test func `what a review finds is repaired once, and then it is done`() async throws {
        try await TestService.with { service in
            service.model.next(.securityReview, tool: "submit_review", SampleProject.failed("Open door"))
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            try await journey.until("done")
            let builds = try await alice.get("\(journey.path)/builds").items
            #expect(builds.map { $0["number"] } == [1, 2])
            let mended = try await alice.get("\(journey.path)/builds/2/files/loans.py").text
            #expect(mended.contains("# mended"))
            #expect(!(try await alice.get("\(journey.path)/builds/1/files/loans.py").text.contains("# mended")))
            let reviews = try await alice.get("\(journey.path)/reviews").items
            #expect(reviews.map { $0["build"] } == [1, 1, 2, 2])
            #expect(reviews.count { $0["verdict"] == "FAIL" } == 1)
            // The repair began from the build and its findings.
            let repair = service.model.requests(of: .implementer)[2].messages[0].text
            #expect(repair.contains("Open door") && repair.contains("def lend"))
            let repairs = try await journey.events().filter { $0["data"]?["repair_round"] != nil }
            #expect(repairs.count == 1)
        }
    }

    @Test func `the same findings again stop it, and a retry goes to the implementer`() async throws {
        try await TestService.with { service in
            service.model.always(.codeReview, tool: "submit_review", SampleProject.failed("Wrong sum"))
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            let reason = try await failure(of: journey)
            #expect(reason.contains("same problems again") && reason.contains("Wrong sum"), "\(reason)")
            #expect(try await alice.get("\(journey.path)/builds").items.count == 2)
            #expect(try await alice.get("\(journey.path)/download").status == 409)
            service.model.always(.codeReview, tool: "submit_review", SampleProject.passed)
            let failed = try await journey.retry()
            try await journey.until("done", after: failed)
            #expect(try await alice.get("\(journey.path)/builds").items.count == 3)
        }
    }

    @Test func `after five repairs a person is asked`() async throws {
        try await TestService.with { service in
            for round in 0..<6 {
                service.model.next(.securityReview, tool: "submit_review", SampleProject.failed("Problem \(round)"))
            }
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            let reason = try await failure(of: journey)
            #expect(reason.contains("5 repairs") && reason.contains("Problem 5"), "\(reason)")
            #expect(try await alice.get("\(journey.path)/builds").items.count == 6)
        }
    }

    @Test func `a verdict needs both reviews, in whatever order they end`() async throws {
        try await TestService.with { service in
            service.model.hold(.securityReview)
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            try await journey.follow("the code review", after: 0) { $0.name == "review.ready" }
            #expect(try await journey.now()["status"] == "review")
            #expect(try await alice.get("\(journey.path)/download").status == 409)
            service.model.release(.securityReview)
            try await journey.until("done")
        }
    }
}
