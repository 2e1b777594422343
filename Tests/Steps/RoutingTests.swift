import Kernel
import ModelGateway
import Pipeline
import Postgres
import Service
import ServiceHarness
import TestSupport
import Testing

/// Which model answers, when the first cannot.
@Suite(.timeLimit(.minutes(5)))
struct RoutingTests {
    private static let two: JSON = [
        "strategy": "fallback", "models": [["model": "claude-sonnet-4-6"], ["model": "claude-haiku-4-5"]],
    ]

    private func route(_ agent: String, _ route: JSON, by client: Client) async throws {
        let routes = JSON.object(JSONObject([(agent, route)]))
        let reply = try await client.put("/api/settings/models", ["routes": routes])
        guard reply.status == 200 else { throw Unexpected(reply.text) }
    }

    @Test func `the tenant's own route is taken, and the next model goes on when the first cannot`() async throws {
        try await TestService.with {
            $0.usesRoutes = true
        } _: { service in
            for fault in ["overloaded", "prompt-too-long", "rate-limit", "server-error"] {
                let person = try await service.keyed(fault, key: "dev-\(fault)+\(fault)*1@spec")
                try await route("spec", Self.two, by: person)
                let journey = try await Journey.drafted(by: person)
                try await journey.confirm()
                try await journey.until("spec_ready")
                let asked = service.model.requests(of: .spec).last
                #expect(asked?.model == "claude-haiku-4-5", "\(fault)")
                #expect(asked?.maxTokens == 32_000)
                try await expectRuns(journey, agent: "spec", ["succeeded"])
                let spent = try await service.database.superuser.query(
                    "SELECT model FROM ledger WHERE agent = 'spec' AND kind = 'productive' ORDER BY at DESC LIMIT 1")
                #expect(try spent[0].get(0) == "claude-haiku-4-5")
                #expect(try await journey.now()["waiting"] == .null)
            }
        }
    }

    @Test func `once something of an answer has come, no other model answers`() async throws {
        try await TestService.with {
            $0.usesRoutes = true
            $0.textInterval = .milliseconds(1)
        } _: { service in
            service.model.always(.analyst) { _ in [.text(String(repeating: "I understood. ", count: 400))] }
            let alice = try await service.keyed("alice", key: "dev-alice+half-stream*1@ba")
            try await route("ba", Self.two, by: alice)
            let journey = try await Journey.drafted(by: alice)
            let sent = try await alice.post("\(journey.path)/messages", ["text": "Hello"])
            let stream = try await alice.events(try #require(sent.header("location")))
            #expect(try await stream.read().last?.name == "message")
            let models = service.model.requests(of: .analyst).map(\.model)
            #expect(Set(models) == ["claude-sonnet-4-6"], "\(models)")
        }
    }

    @Test func `models without a key are passed over, and a route without any waits for one`() async throws {
        try await TestService.with {
            $0.usesRoutes = true
        } _: { service in
            let own: JSON = [
                "strategy": "fallback",
                "models": [
                    [
                        "model": "of-my-own", "provider": "groq", "context": 100_000, "max_output": 8_000,
                        "input_price": 1_000_000, "output_price": 2_000_000,
                    ], ["model": "claude-haiku-4-5"],
                ],
            ]
            let alice = try await service.keyed("alice")
            try await route("spec", own, by: alice)
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            try await journey.until("spec_ready")
            #expect(service.model.requests(of: .spec).map(\.model) == ["claude-haiku-4-5"])

            let alone: JSON = ["strategy": "single", "models": [own["models"]![0]!]]
            try await route("planner", alone, by: alice)
            try await journey.approve("spec")
            let isWaiting = try await eventually { try await journey.now()["waiting"]["for"] == "key" }
            #expect(isWaiting)
            // Another choice is as good as another key.
            try await route("planner", Self.two, by: alice)
            try await journey.until("plan_ready")
            #expect(service.model.requests(of: .planner).map(\.model) == ["claude-sonnet-4-6"])
        }
    }

    @Test func `a provider in trouble is left alone, visibly, until it answers again`() async throws {
        try await TestService.with {
            $0.usesRoutes = true
            $0.breakers = CircuitBreakers(threshold: 2, shortest: .seconds(2), longest: .seconds(2))
        } _: { service in
            let alice = try await service.keyed("alice", key: "dev-alice+overloaded*2@spec")
            try await route("spec", ["strategy": "single", "models": [["model": "claude-sonnet-4-6"]]], by: alice)
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            try await journey.until("spec_ready")
            let waits = try await journey.events().filter { $0["type"] == "feature.waiting" }
            #expect(waits.map { $0["data"]?["for"] } == ["provider"])
            #expect(service.model.calls(of: .spec) == 1)
            #expect(try await journey.now()["waiting"] == .null)
        }
    }

    @Test func `complexity chooses the implementer's model, and the run says why`() async throws {
        try await TestService.with {
            $0.usesRoutes = true
        } _: { service in
            let alice = try await service.keyed("alice")
            var tiered = try #require(Self.two.object)
            tiered["tiers"] = ["simple": "claude-haiku-4-5", "complex": "claude-opus-4-6"]
            try await route("implementer", .object(tiered), by: alice)
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            try await journey.until("done")
            #expect(Set(service.model.requests(of: .implementer).map(\.model)) == ["claude-haiku-4-5"])
            let started = try await journey.events().first {
                $0["type"] == "run.started" && $0["data"]?["agent"] == "implementer"
            }
            #expect(started?["data"]?["complexity"]?["tier"] == "simple")
            #expect(started?["data"]?["model"] == "claude-haiku-4-5")
        }
    }

    @Test func `a retry goes on with the model whose answers are kept`() async throws {
        try await TestService.with {
            $0.usesRoutes = true
        } _: { service in
            let idle: ScriptedModel.Script = { _ in [.tool(name: "list_files", input: [:])] }
            service.model.next(.implementer, { SampleProject.answer(.implementer, to: $0) }, idle, idle, idle)
            let alice = try await service.keyed("alice")
            var taking = try #require(Self.two.object)
            taking["strategy"] = "round_robin"
            try await route("implementer", .object(taking), by: alice)
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            _ = try await failure(of: journey)
            let first = try #require(service.model.requests(of: .implementer).last?.model)
            service.model.next(.implementer, tool: "finish", SampleProject.finish)
            let failed = try await journey.retry()
            try await journey.until("done", after: failed)
            #expect(Set(service.model.requests(of: .implementer).map(\.model)) == [first])
        }
    }
}
