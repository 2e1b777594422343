import Kernel
import ModelGateway
import Pipeline
import Service
import ServiceHarness
import Testing

/// A model that answers nonsense is told so once or twice; then the step fails with a reason, and nothing half-written
/// can be seen.
@Suite(.timeLimit(.minutes(5)))
struct NonsenseTests {
    /// What goes wrong where, how often the model is asked, and what its owner reads.
    private static let cases: [(fault: String, agent: AgentName, calls: Int, reason: String)] = [
        ("nonsense-tool", .spec, 3, "launch_rockets"), ("bad-tool-json", .spec, 3, "not a JSON object"),
        ("empty", .spec, 3, "nothing was submitted"), ("refusal", .spec, 1, "declined"),
        ("path-escape", .planner, 3, "write_files"), ("refusal", .planner, 1, "declined"),
        ("path-escape", .contractTest, 3, "../../tests/test_loans.py"),
        ("empty", .contractTest, 3, "nothing was submitted"),
        ("nonsense-tool", .implementer, 3, "launch_rockets"), ("bad-tool-json", .implementer, 3, "not a JSON object"),
        ("path-escape", .implementer, 3, "../../loans.py"), ("empty", .implementer, 3, "called no tool"),
        ("refusal", .implementer, 1, "declined"), ("nonsense-tool", .securityReview, 3, "launch_rockets"),
        ("bad-tool-json", .codeReview, 3, "not a JSON object"),
    ]

    @Test func `nonsense is told, then the step fails in words`() async throws {
        try await TestService.with { service in
            for (index, nonsense) in Self.cases.enumerated() {
                let before = service.model.calls(of: nonsense.agent)
                let person = try await service.keyed(
                    "person \(index)", key: "dev-\(index)+\(nonsense.fault)@\(nonsense.agent.rawValue)")
                let journey = try await Journey.drafted(by: person, autopilot: true)
                try await journey.confirm()
                let reason = try await failure(of: journey)
                let what = "\(nonsense.agent) \(nonsense.fault)"
                #expect(reason.contains(nonsense.reason), "\(what): \(reason)")
                #expect(service.model.calls(of: nonsense.agent) - before == nonsense.calls, "\(what)")
                try await expectNothingOf(nonsense.agent, journey)
            }
        }
    }

    @Test func `a model that was told mends its answer`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed(
                "alice", key: "dev-alice+bad-tool-json*1@spec+path-escape*1@implementer")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            try await journey.until("done")
            #expect(service.model.calls(of: .spec) == 2)
            // It was told what was wrong, as the result of its own call.
            let told = service.model.requests(of: .spec)[1].messages.last
            #expect(told?.content.contains { if case .toolResult(_, _, true) = $0 { true } else { false } } == true)
        }
    }

    @Test func `an answer longer than the model may write is no success`() async throws {
        try await TestService.with { service in
            var spec = try #require(SampleProject.spec.object)
            spec["summary"] = .string(String(repeating: "long ", count: 30_000))
            let long = JSON.object(spec)
            service.model.always(.spec, tool: "submit_spec", long)
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            let reason = try await failure(of: journey)
            #expect(reason.contains("longer than its model may write"), "\(reason)")
            #expect(service.model.calls(of: .spec) == 3)
            try await expectNothingOf(.spec, journey)
        }
    }

    @Test func `what a feature can do without does not stop it`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice", key: "dev-alice+nonsense-tool@alignment_review+empty@title")
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            try await journey.until("spec_ready")
            try await expectRuns(journey, agent: "alignment_review", ["failed"])
            try await expectRuns(journey, agent: "title", ["failed"])
            #expect(try await alice.get("\(journey.path)/recommendations").items == [])
            try await journey.approve("spec")
            try await journey.until("plan_ready")
        }
    }

    @Test func `tests that trace to nothing are advised against, whatever the model says`() async throws {
        try await TestService.with { service in
            var plan = try #require(SampleProject.plan.object)
            var task = try #require(plan["tasks"]?[0]?.object)
            task["requirements"] = ["R1"]
            plan["tasks"] = [.object(task)]
            let dropped = JSON.object(plan)
            service.model.always(.planner, tool: "submit_plan", dropped)
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            // The reviewer says APPROVE; counting says that R2 was dropped. The planner insists, and autopilot stops.
            #expect(try await journey.advised(at: "plan") == "REVISE")
            try await journey.follow("the last review", after: 0) { $0.data["ask_person"] == true }
            let advice = try #require(try await alice.get("\(journey.path)/recommendations").items.last)
            #expect(advice["reasons"]?[0]?["source"] == "mechanical")
            #expect(advice["reasons"]?[0]?["requirement"] == "R2")
            #expect(try await journey.now()["status"] == "plan_ready")
            // Each time told once what is wrong before it is taken as it is.
            #expect(service.model.calls(of: .planner) == 6)
            #expect(service.model.calls(of: .alignmentReview) == 4)
        }
    }

    /// Nothing that the agent wrote can be seen anywhere.
    private func expectNothingOf(_ agent: AgentName, _ journey: Journey) async throws {
        let client = journey.client
        let order = ["spec", "plan", "tests"]
        let kind = [AgentName.spec: "spec", .planner: "plan", .contractTest: "tests"][agent]
        let kept = kind.flatMap { order.firstIndex(of: $0) } ?? 3
        let kinds = try await client.get("\(journey.path)/deliverables").items.compactMap { $0["kind"]?.string }
        #expect(kinds == ["brief"] + order.prefix(kept))
        let builds = try await client.get("\(journey.path)/builds").items
        #expect(builds.count == ([.securityReview, .codeReview].contains(agent) ? 1 : 0))
        let reviews = try await client.get("\(journey.path)/reviews").items
        #expect(!reviews.contains { "\($0["kind"]?.string ?? "")_review" == agent.rawValue })
        #expect(try await client.get("\(journey.path)/download").status == 409)
        let run = try await client.get("\(journey.path)/runs").items.last { $0["agent"]?.string == agent.rawValue }
        #expect(run?["status"] == "failed")
        let reason = try await journey.now()["failure"]["reason"]
        #expect(run?["error"] == reason)
    }
}
