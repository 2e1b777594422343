import Kernel
import ModelGateway
import Pipeline
import Service
import ServiceHarness
import TestSupport
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

    @Test func `a review still at work when its sibling failed serves the retry`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice", key: "dev-alice+refusal*1@security_review")
            service.model.hold(.codeReview)
            // Not before the other review is at work: it would not begin for a feature that has failed.
            service.model.hold(.securityReview)
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            try await service.model.heldAnswers(.codeReview)
            service.model.release(.securityReview)
            _ = try await failure(of: journey)
            let failed = try await journey.retry()
            service.model.release(.codeReview)
            try await journey.until("done", after: failed)
            #expect(service.model.calls(of: .codeReview) == 1)
            try await expectRuns(journey, agent: "code_review", ["succeeded"])
            try await expectRuns(journey, agent: "security_review", ["failed", "succeeded"])
        }
    }

    @Test func `an implementer that went round in circles goes on from the files it wrote`() async throws {
        try await TestService.with { service in
            let idle: ScriptedModel.Script = { _ in [.tool(name: "list_files", input: [:])] }
            service.model.next(.implementer, { SampleProject.answer(.implementer, to: $0) }, idle, idle, idle)
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            #expect(try await failure(of: journey).contains("list_files"))
            let paid = service.model.calls(of: .implementer)
            // Whatever it asks now, it is told what is there and asked to finish.
            service.model.next(.implementer, tool: "finish", SampleProject.finish)
            let failed = try await journey.retry()
            try await journey.until("done", after: failed)
            #expect(service.model.calls(of: .implementer) == paid + 1)
            let asked = try #require(service.model.requests(of: .implementer).last)
            #expect(asked.messages.count == 1)
            #expect("\(asked.messages)".contains("the conversation was shortened"))
            try await expectContinued(journey, "implementer", turns: [paid, 1])
            let told = try await journey.events().filter { $0["type"] == "files.written" }
            #expect(told.count == 1, "what the first run told is not told again")
        }
    }

    @Test func `what was paid for before the workers died is kept, once`() async throws {
        try await TestService.with {
            $0.works = false
        } _: { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            let first = try await service.startWorker(.impatient)
            service.model.hold(.implementer, after: 1)
            try await service.model.heldAnswers(.implementer)
            #expect(try await service.count("SELECT attempt FROM jobs WHERE kind = 'run_implement'") == 1)
            await first.kill()
            try await bury(service, journey)
            // The second run takes over the first's answer and dies before it gets one of its own.
            let failed = try await journey.retry()
            let second = try await service.startWorker(.impatient)
            let hasAsked = await eventually { service.model.calls(of: .implementer) == 3 }
            #expect(hasAsked)
            await second.kill()
            try await bury(service, journey, after: failed)
            let again = try await journey.retry()
            service.model.release(.implementer)
            try await service.startWorker()
            try await journey.until("done", after: again)

            let turns = service.model.requests(of: .implementer).map(\.messages.count)
            #expect(turns.count { $0 == 1 } == 2, "an answer that led nowhere twice is asked for anew: \(turns)")
            let runs = try await runs(of: journey, "implementer")
            #expect(runs.map { $0["turns"] } == [1, 0, 2])
            #expect(runs.map { $0["continues"] } == [.null, runs[0]["id"], .null])
        }
    }

    /// Leaves the implementing job as workers do that died in every attempt and on probation.
    private func bury(_ service: TestService, _ journey: Journey, after sequence: Int64 = 0) async throws {
        _ = try await service.count(
            """
            WITH dead AS (UPDATE jobs SET attempt = max_attempts + 1, lease_token = gen_random_uuid(),
                lease_until = now() - interval '1 s' WHERE kind = 'run_implement' RETURNING 1)
            SELECT count(*) FROM dead
            """)
        let undertaker = try await service.startWorker(.impatient)
        try await journey.until("failed", after: sequence)
        await undertaker.stop()
    }

    private func runs(of journey: Journey, _ agent: String) async throws -> [JSON] {
        try await journey.client.get("\(journey.path)/runs").items.filter { $0["agent"]?.string == agent }
    }

    /// Each run went on from the one before it, and counts what it paid itself.
    private func expectContinued(_ journey: Journey, _ agent: String, turns: [Int]) async throws {
        let runs = try await runs(of: journey, agent)
        #expect(runs.map { $0["turns"]?.integer } == turns.map(Int64.init))
        for (run, next) in zip(runs, runs.dropFirst()) { #expect(next["continues"] == run["id"]) }
    }
}
