import Kernel
import ModelGateway
import Pipeline
import Service
import ServiceHarness
import Telemetry
import Testing

/// The whole way, from a brief to a ZIP.
@Suite(.timeLimit(.minutes(5)))
struct WholeWayTests {
    @Test func `every status is passed in order, and each approval is a person's`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "done", by: alice)
            let statuses = try await journey.events().filter { $0["type"] == "status.changed" }
                .compactMap { $0["data"]?["to"]?.string }
            #expect(
                statuses == [
                    "spec_generating", "spec_ready", "spec_approved", "plan_generating", "plan_ready", "plan_approved",
                    "tests_generating", "tests_ready", "tests_approved", "implementing", "review", "done",
                ])
            let feature = try await journey.now()
            #expect(feature["failure"] == nil)
            #expect(feature["allowed_actions"] == ["download", "revise"])
            #expect(!service.log.lines.contains { $0.contains("error") }, "\(service.log.lines)")
        }
    }

    @Test(arguments: ["openai", "mistral", "deepseek"])
    func `with a key for another provider it goes its protocol's way`(provider: String) async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice", provider: provider)
            let journey = try await Journey.arrived(at: "done", by: alice)
            let runs = try await alice.get("\(journey.path)/runs").items
            #expect(
                try await service.count("SELECT count(*)::int8 FROM agent_runs WHERE provider <> '\(provider)'") == 0)
            #expect(!runs.isEmpty && runs.allSatisfy { ($0["tokens"]?["input"]?.integer ?? 0) > 0 })
            for agent in AgentName.allCases where agent != .analyst {
                let expected = [.implementer: 2, .alignmentReview: 3][agent] ?? 1
                #expect(service.model.calls(of: agent) == expected, "\(agent)")
            }
            #expect(!service.log.lines.contains { $0.contains("error") }, "\(service.log.lines)")
        }
    }

    @Test func `every agent is asked once, and the implementer once a turn`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "done", by: alice)
            try await journey.follow("a title", after: 0) { $0.name == "title.changed" }
            #expect(try await journey.now()["title"] == "Lending tools among neighbours")
            for agent in AgentName.allCases where agent != .analyst {
                let expected = [.implementer: 2, .alignmentReview: 3][agent] ?? 1
                #expect(service.model.calls(of: agent) == expected, "\(agent)")
            }
        }
    }

    @Test func `agents work from what was approved, not from the talk`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let made = try await alice.post("/api/features", ["brief_text": "Lend tools. The password is swordfish."])
            let journey = Journey(alice, try #require(made["id"].string))
            try await journey.follow("a brief", after: 0) { $0.name == "brief.proposed" }
            #expect(try await alice.patch(journey.path, ["autopilot": true]).status == 200)
            try await journey.confirm()
            try await journey.until("done")
            for agent in AgentName.allCases where agent != .analyst {
                for request in service.model.requests(of: agent) {
                    #expect(!request.messages.contains { $0.text.contains("swordfish") }, "\(agent)")
                }
            }
            // The key is in no prompt either.
            #expect(!service.model.requests(of: .spec)[0].messages[0].text.contains("dev-test-key"))
        }
    }

    @Test func `a title that a person gave stays`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            #expect(try await alice.patch(journey.path, ["title": "Mine"]).status == 200)
            try await journey.confirm()
            try await journey.until("spec_ready")
            try await journey.advised(at: "spec")
            #expect(service.model.calls(of: .title) == 0)
            #expect(try await journey.now()["title"] == "Mine")
        }
    }

    @Test(arguments: [
        "Members borrow books. A book has a title, an author and a number of copies.",
        "Rooms are booked by the hour. A booking has a room, a start and an end. A room cannot be booked twice at a time.",
    ])
    func `the development model's project goes all the way by itself`(brief: String) async throws {
        try await TestService.with { service in
            let brain = DevelopmentBrain()
            service.model.answer { brain.reply(to: $0) }
            let alice = try await service.keyed("alice")
            let made = try await alice.post("/api/features", ["brief_text": .string(brief), "autopilot": true])
            let journey = Journey(alice, try #require(made["id"].string))
            try await journey.follow("a brief", after: 0) { $0.name == "brief.proposed" }
            try await journey.confirm()
            try await journey.until("done")
            let zip = try await alice.get("\(journey.path)/download")
            try await Bundle.check(zip.bytes)
            let files = try await alice.get("\(journey.path)/builds/1/files").items
            #expect(files.contains { $0["path"]?.string?.hasSuffix(".py") == true })
        }
    }
}
