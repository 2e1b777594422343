import Kernel
import ModelGateway
import Pipeline
import ServiceHarness
import Testing

/// `PUT /api/features/{id}/deliverables/{kind}`, and what its versions differ in.
@Suite(.timeLimit(.minutes(5)))
struct EditsTests {
    /// The sample's spec with another text for its second requirement.
    private static func spec(_ text: String) throws -> JSON {
        var spec = try #require(SampleProject.spec.object)
        var second = try #require(spec["requirements"]?[1]?.object)
        second["pattern"] = "ubiquitous"
        second["text"] = .string(text)
        spec["requirements"] = .array([try #require(spec["requirements"]?[0]), .object(second)])
        return .object(spec)
    }

    private static let sentence = "The library shall lend each tool to one neighbour at a time."

    /// Until the reviewer has looked at a version of a gate's deliverable.
    private func advised(_ journey: Journey, times: Int) async throws {
        var seen = 0
        try await journey.follow("advice number \(times)", after: 0) { event in
            if event.name == "recommendation.ready" { seen += 1 }
            return seen == times
        }
    }

    @Test func `an edit is a new version by a person, reviewed anew, and what is approved`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "spec_ready", by: alice)
            let path = "\(journey.path)/deliverables/spec"
            // The title's agent is at work too, and renames it.
            try await journey.follow("a title", after: 0) { $0.name == "title.changed" }
            let seen = try await journey.now().etag
            let body: JSON = ["revision": 1, "body": try Self.spec(Self.sentence)]
            let edited = try await alice.put(path, body, [("If-Match", seen)])
            #expect(edited.status == 200, "\(edited.text)")
            #expect(edited["status"] == "spec_ready")
            #expect(edited.etag != seen)
            let late = try await alice.put(path, body, [("If-Match", seen)])
            #expect(late.status == 412)

            let newest = try await alice.get(path)
            #expect(newest["version"] == 2)
            #expect(newest["body"] == body["body"])
            #expect(newest["markdown"].string?.contains("lend each tool to one neighbour") == true)
            let authors = try await alice.get("\(path)/versions").items.map { $0["author"]?["kind"] }
            #expect(authors == ["agent", "person"])
            let event = try await journey.events().first { $0["type"] == "deliverable.edited" }
            #expect(event?["data"]?["version"] == 2)
            #expect(event?["data"]?["user_id"]?.string == service.user("alice").description)

            // The same again is no further version, and no further review.
            #expect(try await alice.put(path, body).status == 200)
            #expect(try await alice.get(path)["version"] == 2)

            try await advised(journey, times: 2)
            let advice = try await alice.get("\(journey.path)/recommendations").items
            #expect(advice.map { $0["deliverable_version"] } == [1, 2])
            let asked = try #require(service.model.requests(of: .alignmentReview).last)
            #expect(asked.messages[0].text.contains("lend each tool to one neighbour"))
            try await journey.approve("spec")
            try await journey.until("plan_ready")
            let planned = try #require(service.model.requests(of: .planner).first)
            #expect(planned.messages[0].text.contains("lend each tool to one neighbour"))
        }
    }

    @Test func `what breaks the rules is refused with all of it at once`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "spec_ready", by: alice)
            let path = "\(journey.path)/deliverables/spec"
            var body = try #require(try Self.spec("A tool is lent once.").object)
            body["operations"] = [["name": "x", "summary": "y", "requirements": ["R9"], "inputs": [], "errors": []]]
            let shapeless = try await alice.put(path, ["revision": 1, "body": .object(body)])
            #expect(shapeless.status == 422)
            #expect(shapeless["pointer"] == "/body")
            #expect(shapeless["violations"] == ["operations[0].answer is missing"])
            body["operations"] = [
                [
                    "name": "x", "summary": "y", "requirements": ["R9"], "inputs": [],
                    "answer": ["text": "z", "entity": "", "list": false], "errors": [],
                ]
            ]
            let reply = try await alice.put(path, ["revision": 1, "body": .object(body)])
            #expect(reply.status == 422)
            let found = reply["violations"].array?.compactMap(\.string) ?? []
            #expect(found.count == 2)
            #expect(found.contains { $0.contains("names the requirement \"R9\"") })
            #expect(found.contains { $0.contains("write \"The <system> shall <response>.\"") })
            #expect(try await alice.get(path)["version"] == 1)
        }
    }

    @Test func `only at its gate, and only what waits there`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "plan_ready", by: alice)
            let bodies: [(String, JSON, Int64)] = [
                ("brief", SampleProject.brief, 1), ("spec", SampleProject.spec, 1),
                ("plan", SampleProject.plan, 2),
            ]
            for (kind, body, revision) in bodies {
                let reply = try await alice.put(
                    "\(journey.path)/deliverables/\(kind)", ["revision": .integer(revision), "body": body])
                #expect(reply.status == 409, "\(kind)")
                #expect(reply.problem == "wrong-status")
                #expect(reply["feature_status"] == "plan_ready")
                #expect(reply["allowed_actions"].array?.contains("edit") == true)
            }
            // What has not been written yet cannot be edited.
            let early = try await alice.put(
                "\(journey.path)/deliverables/tests", ["revision": 1, "body": SampleProject.tests])
            #expect(early.status == 404)
            var plan = try #require(SampleProject.plan.object)
            var task = try #require(plan["tasks"]?[0]?.object)
            task["files"] = ["loans.py", "Loans.py"]
            plan["tasks"] = [.object(task)]
            let clash = try await alice.put(
                "\(journey.path)/deliverables/plan", ["revision": 1, "body": .object(plan)])
            #expect(clash.status == 422)
            #expect(clash["detail"].string?.contains("differ only in case") == true)

            // What an edit drops is the reviewer's to say, by counting.
            task["files"] = ["loans.py", "docs/use it.md"]
            task["requirements"] = ["R1"]
            plan["tasks"] = [.object(task)]
            let dropped = try await alice.put(
                "\(journey.path)/deliverables/plan", ["revision": 1, "body": .object(plan)])
            #expect(dropped.status == 200)
            try await advised(journey, times: 3)
            let advice = try #require(try await alice.get("\(journey.path)/recommendations").items.last)
            #expect(advice["recommendation"] == "REVISE")
            #expect(advice["deliverable_version"] == 2)
        }
    }

    @Test func `autopilot does not go by advice about an older version`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "spec_ready", by: alice)
            // While it is paused nobody looks at the edit: the only advice is about the version before it.
            #expect(try await alice.post("\(journey.path)/pause", [:]).status == 200)
            let body: JSON = ["revision": 1, "body": try Self.spec(Self.sentence)]
            #expect(try await alice.put("\(journey.path)/deliverables/spec", body).status == 200)
            let switched = try await alice.patch(journey.path, ["autopilot": true])
            #expect(switched["status"] == "spec_ready")
            #expect(try await alice.get("\(journey.path)/recommendations").items.count == 1)
            // Resumed, the edit is reviewed, and autopilot goes by that.
            #expect(try await alice.post("\(journey.path)/resume", [:]).status == 200)
            try await journey.until("spec_approved")
            let advice = try await alice.get("\(journey.path)/recommendations").items
            #expect(advice.prefix(2).map { $0["deliverable_version"] } == [1, 2])
        }
    }

    @Test func `what differs is said item by item and line by line`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "spec_ready", by: alice)
            let path = "\(journey.path)/deliverables/spec"
            let first = try await alice.get("\(path)/diff")
            #expect(first["from"].isNull)
            #expect(first["added"].array?.contains("requirement R1") == true)
            #expect(first["changed"] == [] && first["removed"] == [])

            var body = try #require(try Self.spec(Self.sentence).object)
            body["out_of_scope"] = ["Fees"]
            body["entities"] = [
                ["name": "Lending", "fields": [["name": "tool", "type": "text", "required": true]]]
            ]
            var operation = try #require(body["operations"]?[0]?.object)
            operation["answer"] = ["text": "The loan.", "entity": "Lending", "list": false]
            body["operations"] = [.object(operation)]
            #expect(try await alice.put(path, ["revision": 1, "body": .object(body)]).status == 200)
            let diff = try await alice.get("\(path)/diff?from=1.1&to=1.2")
            #expect(diff["added"] == ["entity Lending"])
            #expect(diff["removed"] == ["entity Loan"])
            let changed = diff["changed"].array ?? []
            #expect(changed.contains(["item": "requirement R2", "fields": ["pattern", "text"]]))
            #expect(changed.contains(["item": "operation lend", "fields": ["answer"]]))
            #expect(changed.contains(["item": "what is out of scope", "fields": []]))
            let text = try #require(diff["diff"].string)
            #expect(text.hasPrefix("diff --git a/spec.md b/spec.md\n"))
            #expect(text.contains("\n+- Fees\n"))
            let alone = try await alice.get("\(path)/diff", [("Accept", "text/x-diff")])
            #expect(alone.text == text)
            let back = try await alice.get("\(path)/diff?from=1.2&to=1.1")
            #expect(back["added_lines"] == diff["removed_lines"])
            for query in ["from=1", "from=1.1.1", "from=0.1", "to=a.b", "to=1."] {
                #expect(try await alice.get("\(path)/diff?\(query)").status == 400, "\(query)")
            }
            #expect(try await alice.get("\(path)/diff?from=1.3").status == 404)
            #expect(try await alice.get("\(journey.path)/deliverables/plan/diff").status == 404)
        }
    }
}
