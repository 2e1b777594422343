import Kernel
import Postgres
import ServiceHarness
import TestSupport
import Testing

/// `/api/settings/models`.
@Suite(.timeLimit(.minutes(5)))
struct ModelSettingsTests {
    private static let path = "/api/settings/models"

    @Test func `the routes, the models and whose keys there are`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let reply = try await alice.get(Self.path)
            let agents = try #require(reply["agents"].array)
            #expect(agents.count == 9)
            for agent in agents {
                #expect(agent["is_default"]?.bool == true, "\(agent.text)")
                #expect(agent["trouble"]?.isNull == true, "\(agent.text)")
            }
            let models = try #require(reply["models"].array)
            for model in models {
                #expect(model["has_key"]?.bool == (model["provider"] == "anthropic"), "\(model["model"]!)")
            }
            #expect(!models.contains { $0["model"] == "development-model" })
        }
    }

    @Test func `a route is stored, shown and given up`() async throws {
        try await TestService.with { service in
            let alice = try service.client("alice")
            let route: JSON = [
                "strategy": "weighted",
                "models": [
                    ["model": "claude-opus-4-6", "weight": 3],
                    [
                        "model": "qwen3-coder", "weight": 1, "provider": "ollama", "context": 262_144,
                        "max_output": 65_536, "input_price": 0, "output_price": 0,
                    ],
                ], "tiers": ["simple": "qwen3-coder", "complex": "claude-opus-4-6"],
            ]
            let set = try await alice.put(Self.path, ["routes": ["implementer": route]])
            #expect(set.status == 200)
            #expect(set["agents"].array?.first { $0["agent"] == "implementer" }?["route"] == route)
            func shown() async throws -> JSON? {
                try await alice.get(Self.path)["agents"].array?.first { $0["agent"] == "implementer" }
            }
            #expect(try await shown()?["route"] == route)
            #expect(try await shown()?["is_default"] == false)
            // The installation's models change, and the route leads nowhere: the default is taken, and it is said.
            try await service.database.superuser.query(
                "UPDATE model_routes SET route = jsonb_set(route, '{models,0,model}', '\"gone-model\"')")
            #expect(try await shown()?["is_default"] == true)
            #expect(try await shown()?["trouble"]?.string?.contains("gone-model") == true)
            #expect(try await alice.put(Self.path, ["routes": [:]]).status == 200)
            let given = try await shown()
            #expect(given?["trouble"]?.isNull == true)
        }
    }

    @Test func `bad routes are refused where they are bad`() async throws {
        try await TestService.with {
            $0.works = false
        } _: { service in
            let alice = try service.client("alice")
            let opus: JSON = ["model": "claude-opus-4-6"]
            let own: JSON = ["model": "x", "provider": "ollama"]
            let cases: [(JSON, String)] = [
                (["strategy": "best", "models": [opus]], "/strategy"),
                (["strategy": "single", "models": []], "/models"),
                (["strategy": "single", "models": [opus, ["model": "claude-haiku-4-5"]]], "/models"),
                (["strategy": "fallback", "models": [opus, opus]], "/models/1"),
                (["strategy": "fallback", "models": [["model": "no-such-model"]]], "/models/0/model"),
                (["strategy": "fallback", "models": [own]], "/models/0/context"),
                (["strategy": "fallback", "models": [["model": "x", "provider": "nobody"]]], "/models/0/provider"),
                (
                    ["strategy": "fallback", "models": [["model": "claude-opus-4-6", "provider": "ollama"]]],
                    "/models/0/provider"
                ),
                (["strategy": "weighted", "models": [["model": "claude-opus-4-6", "weight": 0]]], "/models/0/weight"),
                (["strategy": "single", "models": [opus], "tiers": ["simple": "nothing"]], "/tiers/simple"),
                (["strategy": "single", "models": [opus], "tiers": ["hard": "claude-opus-4-6"]], "/tiers/hard"),
                (["strategy": "single", "models": [opus], "more": 1], "/more"),
            ]
            for (route, pointer) in cases {
                let reply = try await alice.put(Self.path, ["routes": ["spec": route]])
                #expect(reply.status == 422, "\(route.text): \(reply.text)")
                #expect(reply.text.contains("\"/routes/spec\(pointer)\""), "\(reply.text)")
            }
            let nobody = try await alice.put(
                Self.path, ["routes": ["nobody": ["strategy": "single", "models": [opus]]]])
            #expect(nobody.status == 422 && nobody.text.contains("\"/routes/nobody\""))
        }
    }
}
