import Kernel
import Pipeline
import ServiceHarness
import Testing

/// `confirm`, `approve`, `revise`, `retry` and `brief`.
@Suite(.timeLimit(.minutes(5)))
struct GatesTests {
    /// Every action that starts something, with the body it takes.
    private static let actions: [(name: String, body: JSON)] = [
        ("confirm", ["revision": 1]), ("approve", ["revision": 1, "gate": "plan"]),
        ("rework", ["revision": 1, "gate": "plan", "note": "Say it shorter."]),
        ("revise", ["revision": 1, "brief": SampleProject.brief]), ("retry", ["revision": 1]),
    ]

    @Test func `from a wrong status the answer says what may be done`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let cases: [(status: String, allowed: Set<String>, refused: [String])] = [
                ("drafting", ["confirm", "pause", "cancel"], ["approve", "rework", "revise", "retry"]),
                (
                    "spec_ready", ["approve", "edit", "rework", "revise", "pause", "cancel"],
                    ["approve", "rework", "retry"]
                ),
                ("done", ["download", "revise"], ["rework", "retry"]),
            ]
            for (status, allowed, refused) in cases {
                let journey = try await Journey.arrived(at: status, by: alice)
                for action in Self.actions where refused.contains(action.name) {
                    let reply = try await alice.post("\(journey.path)/\(action.name)", action.body)
                    #expect(reply.status == 409, "\(action.name) at \(status) → \(reply.text)")
                    #expect(reply.problem == "wrong-status")
                    #expect(reply["feature_status"].string == status)
                    #expect(Set(reply["allowed_actions"].array?.compactMap(\.string) ?? []) == allowed)
                }
                #expect(try await journey.now()["status"].string == status)
            }
        }
    }

    @Test func `without a brief there is nothing to confirm`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let path = try #require(try await alice.post("/api/features", [:]).header("location"))
            let reply = try await alice.post("\(path)/confirm", ["revision": 1])
            #expect(reply.status == 409)
            #expect(reply["allowed_actions"] == ["pause", "cancel"])
        }
    }

    @Test func `an action on another revision than the current one does nothing`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            let reply = try await alice.post("\(journey.path)/confirm", ["revision": 2])
            #expect(reply.status == 409)
            #expect(reply["revision"] == 1)
            #expect(try await journey.now()["status"] == "drafting")
        }
    }

    @Test func `doing it twice does it once`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "spec_ready", by: alice)
            #expect(try await alice.post("\(journey.path)/confirm", ["revision": 1]).status == 200)
            let approve: JSON = ["revision": 1, "gate": "spec"]
            let replies = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<6 {
                    group.addTask { try await alice.post("\(journey.path)/approve", approve).status }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(replies.isSubset(of: [200, 202]))
            try await journey.until("plan_ready")
            #expect(try await alice.post("\(journey.path)/approve", approve).status == 200)
            #expect(service.model.calls(of: .spec) == 1)
            #expect(service.model.calls(of: .planner) == 1)
            let approvals = try await journey.events().filter { $0["data"]?["to"] == "spec_approved" }
            #expect(approvals.count == 1)
        }
    }

    @Test func `an accepted action says where to follow it`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            let reply = try await alice.post("\(journey.path)/confirm", ["revision": 1])
            #expect(reply.status == 202)
            #expect(reply.header("location") == "\(journey.path)/events")
            #expect(reply["status"] == "spec_generating")
            #expect(reply.etag == "\"\(reply["version"].integer ?? 0)\"")
        }
    }

    @Test func `a brief is written while drafting and not later`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            var brief = try #require(SampleProject.brief.object)
            brief["goal"] = "Another goal."
            #expect(try await alice.put("\(journey.path)/brief", .object(brief))["version"] == 2)
            let shown = try await alice.get("\(journey.path)/deliverables/brief")
            #expect(shown["body"]["goal"] == "Another goal.")
            try await journey.confirm()
            try await journey.until("spec_ready")
            let late = try await alice.put("\(journey.path)/brief", SampleProject.brief)
            #expect(late.status == 409)
            #expect(late["allowed_actions"] == ["approve", "edit", "rework", "revise", "pause", "cancel"])
        }
    }

    @Test func `a brief must be whole and sound`() async throws {
        try await TestService.with { service in
            let alice = try service.client("alice")
            let journey = try await Journey.drafted(by: alice)
            let twice: JSON = ["name": "A", "fields": [["name": "x", "type": "text", "required": true]]]
            for (what, changes) in [
                ("the entity", ["entities": [twice, twice]]), ("one line", ["title": "two\nlines"]),
                ("NUL", ["goal": "a\u{0}b"]), ("wishes", ["wishes": []]),
            ] as [(String, JSONObject)] {
                var brief = try #require(SampleProject.brief.object)
                for (key, value) in changes.members { brief[key] = value }
                let reply = try await alice.put("\(journey.path)/brief", .object(brief))
                #expect(reply.status == 422, "\(what)")
                #expect(reply["detail"].string?.contains(what) == true, "\(reply.text)")
            }
        }
    }

    @Test func `a revision is made from a brief or from a message that proposes one, and from nothing else`()
        async throws
    {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "spec_ready", by: alice)
            let bodies: [JSON] = [
                ["revision": 1], ["revision": 1, "brief": SampleProject.brief, "message_id": .string(journey.id)],
                ["revision": 1, "message_id": .string(journey.id)],
            ]
            for body in bodies {
                let reply = try await alice.post("\(journey.path)/revise", body)
                #expect(reply.status == 422, "\(body.text.prefix(80)) → \(reply.text)")
            }
            #expect(try await journey.now()["revision"] == 1)

            let sent = try await alice.post("\(journey.path)/messages", ["text": "Add a rule."])
            _ = try await alice.events(try #require(sent.header("location"))).read()
            let revised = try await alice.post(
                "\(journey.path)/revise", ["revision": 1, "message_id": sent["answer_id"]])
            #expect(revised.status == 202, "\(revised.text)")
            #expect(revised["revision"] == 2)
        }
    }
}
