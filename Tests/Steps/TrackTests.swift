import Kernel
import ModelGateway
import Pipeline
import Service
import ServiceHarness
import Testing

/// How large a feature is taken to be, who says so, and what it changes.
@Suite(.timeLimit(.minutes(5)))
struct TrackTests {
    @Test func `the confirmed brief says how large it is, with its reasons`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            let drafted = try await journey.now()["track"]
            #expect(drafted["chosen"] == "auto")
            #expect(drafted["applies"]?.isNull == true)
            #expect(drafted["reasons"] == [])
            try await journey.confirm()
            try await journey.until("spec_ready")
            let track = try await journey.now()["track"]
            #expect(track["applies"] == "small")
            #expect(track["score"] == 4)
            #expect(track["reasons"] == ["1 kind of data: 3 points", "1 rule: 1 point"])

            // A larger brief makes the next revision larger.
            var brief = try #require(SampleProject.brief.object)
            brief["rules"] = .array((1...9).map { .string("At most \($0) tools.") })
            try await journey.revise(.object(brief))
            try await journey.until("spec_ready", revision: 2)
            #expect(try await journey.now()["track"]["applies"] == "standard")
        }
    }

    @Test func `a person decides otherwise until the spec is approved`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            let chosen = try await alice.patch(journey.path, ["track": "full"])
            #expect(chosen["track"]["chosen"] == "full")
            #expect(chosen["track"]["applies"] == "full")
            try await journey.confirm()
            try await journey.until("spec_ready")
            let scored = try await journey.now()["track"]
            #expect(scored["applies"] == "full" && scored["score"] == 4)
            #expect(try await alice.patch(journey.path, ["track": "auto"])["track"]["applies"] == "small")
            for word in ["", "large", "Small"] {
                let reply = try await alice.patch(journey.path, ["track": .string(word)])
                #expect(reply.status == 422)
                #expect(reply["pointer"] == "/track")
            }
            try await journey.approve("spec")
            try await journey.until("plan_ready")
            let late = try await alice.patch(journey.path, ["track": "full"])
            #expect(late.status == 409)
            #expect(late.problem == "track-settled")
            #expect(late["feature_status"] == "plan_ready")
            #expect(try await journey.now()["track"]["applies"] == "small")
        }
    }

    @Test func `the writing agents are told the size, and their schemas have it`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "tests_ready", by: alice)
            #expect(try await journey.now()["track"]["applies"] == "small")
            for (agent, part, most) in [
                (AgentName.spec, "requirements", 12), (.planner, "tasks", 8), (.contractTest, "cases", 60),
            ] as [(AgentName, String, Int64)] {
                let request = try #require(service.model.requests(of: agent).first)
                #expect(request.messages[0].text.contains("This is a small feature: at most \(most)"), "\(agent)")
                let schema = request.tools.first?.schema.json
                #expect(schema?["properties"]?[part]?["maxItems"]?.integer == most, "\(agent)")
            }
        }
    }

    @Test func `too long for its track is said once, and then left to the gate`() async throws {
        try await TestService.with { service in
            var spec = try #require(SampleProject.spec.object)
            let first = try #require(spec["requirements"]?[0]?.object)
            spec["requirements"] = .array(
                (1...13).map { number in
                    var requirement = first
                    requirement["id"] = .string("R\(number)")
                    return .object(requirement)
                })
            let long = JSON.object(spec)
            service.model.always(.spec, tool: "submit_spec", long)
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            try await journey.until("spec_ready")
            #expect(service.model.calls(of: .spec) == 2)
            #expect(
                try await alice.get("\(journey.path)/deliverables/spec")["body"]["requirements"]?.array?.count == 13)
        }
    }

    @Test func `a route's tiers are taken by the track`() async throws {
        try await TestService.with {
            $0.usesRoutes = true
        } _: { service in
            let alice = try await service.keyed("alice")
            let routes: JSON = [
                "spec": [
                    "strategy": "single", "models": [["model": "claude-sonnet-4-6"]],
                    "tiers": ["simple": "claude-haiku-4-5"],
                ]
            ]
            #expect(try await alice.put("/api/settings/models", ["routes": routes]).status == 200)
            for (track, model) in [("auto", "claude-haiku-4-5"), ("full", "claude-sonnet-4-6")] {
                let journey = try await Journey.drafted(by: alice)
                #expect(try await alice.patch(journey.path, ["track": .string(track)]).status == 200)
                try await journey.confirm()
                try await journey.until("spec_ready")
                #expect(service.model.requests(of: .spec).last?.model == model, "\(track)")
            }
        }
    }
}
