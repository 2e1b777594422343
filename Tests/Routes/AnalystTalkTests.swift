import Kernel
import ModelGateway
import Pipeline
import Service
import ServiceHarness
import TestSupport
import Testing

/// What the analyst's answers hold besides text, and what it is told of the work.
@Suite(.timeLimit(.minutes(5)))
struct AnalystTalkTests {
    private static func ask(_ question: String, saying text: String = "I see.") -> [BrainBlock] {
        [
            .text(text),
            .tool(
                name: "ask",
                input: [
                    "understood": ["tools are lent", "members borrow"], "question": .string(question),
                    "why": "It decides the limits.", "options": ["one", "many"],
                ]),
        ]
    }

    private func say(_ text: String, _ journey: Journey, propose: Bool = false) async throws -> JSON {
        let sent = try await journey.client.post(
            "\(journey.path)/messages", ["text": .string(text), "propose": .bool(propose)])
        let events = try await journey.client.events(try #require(sent.header("location"))).read()
        return try #require(events.last?.data)
    }

    @Test func `a question comes apart from the text, and streams at its end`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            service.model.next(.analyst) { _ in Self.ask("How many loans?") }
            let made = try await alice.post("/api/features", ["brief_text": "Lend tools."])
            let journey = Journey(alice, try #require(made["id"].string))
            let messages = "\(journey.path)/messages"
            let id = try #require(try await alice.get(messages).items.last?["id"]?.string)
            let events = try await alice.events("\(messages)/\(id)/events").read()
            let whole = try #require(events.last?.data)
            #expect(whole["text"] == "I see.\n\nHow many loans?")
            #expect(whole["question"] == "How many loans?")
            #expect(whole["why"] == "It decides the limits.")
            #expect(whole["options"] == ["one", "many"])
            #expect(whole["understood"] == ["tools are lent", "members borrow"])
            #expect(!events.contains { $0.name == "restart" })

            // The next answer is told of it, and what was understood stays when there is nothing new to it.
            service.model.next(.analyst) { _ in [.text("Fine.")] }
            let next = try await say("the second", journey)
            #expect(next["question"]?.isNull == true)
            #expect(next["understood"] == whole["understood"])
            let request = try #require(service.model.requests(of: .analyst).last)
            #expect(request.messages[1].text.hasSuffix("How many loans?\n1. one\n2. many"))
            #expect(request.messages[2].text.contains("\"understood_so_far\":[\"tools are lent\",\"members borrow\"]"))
        }
    }

    @Test func `two questions at once are sent back, once`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            service.model.next(
                .analyst, { _ in Self.ask("How many loans?", saying: "Who are you?") }, { _ in Self.ask("How many?") })
            let mended = try await say("Hello", journey)
            #expect(mended["text"] == "I see.\n\nHow many?")
            #expect(service.model.calls(of: .analyst) == 2)
            service.model.always(.analyst) { _ in Self.ask("Who? What?") }
            let stubborn = try await say("Hello again", journey)
            #expect(stubborn["status"] == "complete")
            #expect(service.model.calls(of: .analyst) == 4)
        }
    }

    @Test func `after six questions there is a brief, and at once when it is asked for`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let brief = SampleProject.brief
            service.model.always(.analyst) { request in
                request.tools.contains { $0.name == "ask" }
                    ? Self.ask("And then?") : [.tool(name: "propose_brief", input: brief)]
            }
            let journey = try await Journey.drafted(by: alice)
            for turn in 1...6 {
                let said = try await say("More.", journey)
                #expect(said["question"] == "And then?", "\(turn)")
            }
            let proposed = try await say("More.", journey)
            #expect(proposed["proposal"]?["title"] == brief["title"])
            #expect(proposed["question"]?.isNull == true)
            // A proposal begins the count anew.
            #expect(try await say("One thing more.", journey)["question"] == "And then?")
            #expect(try await say("Show me.", journey, propose: true)["proposal"]?["title"] == brief["title"])
        }
    }

    @Test func `at a gate the analyst knows the state, and its proposal says what it would change`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            service.model.always(
                .alignmentReview, tool: "submit_recommendation",
                SampleProject.advice("REVISE", text: "The limit is missing."))
            let journey = try await Journey.arrived(at: "plan_ready", by: alice)
            var brief = SampleProject.brief.object ?? [:]
            brief["rules"] = ["A tool can be lent to one neighbour at a time.", "A loan ends after 14 days."]
            let revised = JSON.object(brief)
            service.model.next(.analyst) { _ in
                [.text("R2 lacks its limit."), .tool(name: "propose_brief", input: revised)]
            }
            let said = try await say("Why revise?", journey)
            #expect(
                said["changes"] == [
                    "added": [["section": "rules", "text": "A loan ends after 14 days."]], "removed": [], "changed": [],
                ])
            #expect(try await journey.now()["revision"] == 1)

            let request = try #require(service.model.requests(of: .analyst).last)
            let text = request.messages.last?.text ?? ""
            let open = try #require(text.firstRange(of: "<pipeline_state>\n")?.upperBound)
            let close = try #require(text.firstRange(of: "\n</pipeline_state>")?.lowerBound)
            let state = try JSON(parsing: String(text[open..<close]))
            #expect(state["gate"] == "plan")
            #expect(state["recommendation"]?["reasons"]?.array?.first?["text"] == "The limit is missing.")
            #expect(state["deliverables"]?.array?.map { $0["kind"] } == ["spec", "plan"])
            #expect(state["deliverables"]?.array?.first?["items"]?.array?.map { $0["id"] } == ["R1", "R2"])
            #expect(state["trace_gaps"]?["requirements_without_task"] == [])
            #expect(state["estimate_of_next_stage"]?["stage"] == "tests")
            #expect((state["spent"]?["microdollars"]?.integer ?? 0) > 0)
            #expect(state["brief"]?["title"] == SampleProject.brief["title"])

            let message = try #require(said["id"]?.string)
            let started = try await alice.post(
                "\(journey.path)/revise", ["revision": 1, "message_id": .string(message)])
            #expect(started.status == 202)
            #expect(
                try await alice.get("\(journey.path)/deliverables/brief")["body"]["rules"] == revised["rules"] ?? [])
        }
    }

    @Test func `after a failure the findings and the reason are known`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            service.model.always(.codeReview, SampleProject.failing("Loans are lost", earlier: "not_fixed"))
            let journey = try await Journey.arrived(at: "tests_ready", by: alice)
            try await journey.approve("tests")
            try await journey.until("failed")
            service.model.next(.analyst) { _ in [.text("It was reviewed.")] }
            _ = try await say("What went wrong?", journey)
            let text = try #require(service.model.requests(of: .analyst).last?.messages.last?.text)
            #expect(text.contains("\"title\":\"Loans are lost\""))
            #expect(text.contains("\"file\":\"loans.py\""))
            let reason = try #require(try await journey.now()["failure"]["reason"]?.string)
            #expect(text.contains(JSON.string(reason).text))
        }
    }
}
