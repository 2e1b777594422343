import Kernel
import Pipeline
import ServiceHarness
import Testing

/// Retrying after a failure: back to the last good checkpoint, and nothing that was kept is paid for again.
@Suite(.timeLimit(.minutes(5)))
struct RetryTests {
    private static let stages: [(agent: AgentName, status: String, next: String)] = [
        (.spec, "spec_generating", "spec_ready"), (.planner, "plan_generating", "plan_ready"),
        (.contractTest, "tests_generating", "tests_ready"), (.implementer, "implementing", "done"),
    ]

    @Test func `a stage starts again, and those before it stay`() async throws {
        try await TestService.with { service in
            for stage in Self.stages {
                let earlier = [AgentName.spec, .planner, .contractTest].prefix { $0 != stage.agent }
                let before = earlier.map(service.model.calls(of:))
                let person = try await service.keyed(
                    stage.status, key: "dev-\(stage.status)+refusal*1@\(stage.agent.rawValue)")
                let journey = try await Journey.drafted(by: person, autopilot: true)
                try await journey.confirm()
                _ = try await failure(of: journey)
                #expect(try await journey.now()["failure"]["in"]?.string == stage.status)
                let failed = try await journey.retry()
                try await journey.until(stage.next, after: failed)
                #expect(try await journey.now()["failure"] == nil)
                #expect(earlier.map(service.model.calls(of:)) == before.map { $0 + 1 }, "\(stage.status)")
                // Out of the way of the stages after it.
                #expect(try await person.delete(journey.path).status == 204)
            }
        }
    }

    @Test func `a review that broke off is resumed, and the one that was done is kept`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice", key: "dev-alice+refusal*1@security_review")
            service.model.hold(.securityReview)
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            try await journey.follow("the code review", after: 0) { $0.name == "review.ready" }
            service.model.release(.securityReview)
            _ = try await failure(of: journey)
            let failed = try await journey.retry()
            try await journey.until("done", after: failed)
            #expect(service.model.calls(of: .implementer) == 2)
            #expect(service.model.calls(of: .codeReview) == 1)
            #expect(service.model.calls(of: .securityReview) == 2)
        }
    }

    @Test func `retrying twice starts it once`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice", key: "dev-alice+refusal*1@spec")
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            _ = try await failure(of: journey)
            let failed = try await journey.events().last?["sequence"]?.integer ?? 0
            service.model.hold(.spec)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask { try await alice.post("\(journey.path)/retry", ["revision": 1]).status }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == [202, 202, 202, 202])
            service.model.release(.spec)
            try await journey.until("spec_ready", after: failed)
            #expect(service.model.calls(of: .spec) == 2)
        }
    }
}
