import Kernel
import ModelGateway
import Testing

/// In which order a run tries models.
@Suite struct RouteTests {
    private static func model(_ name: String) -> ModelCatalogue.Model {
        .init(name: name, provider: .groq, label: name, context: 1_000, maxOutput: 100, prices: [])
    }

    private let a = model("a")
    private let b = model("b")
    private let c = model("c")

    private func names(_ route: ModelRoute, tier: ComplexityTier? = nil, turn: Int = 0, draw: Double = 0) -> String {
        route.order(tier: tier, turn: turn, draw: draw).map(\.name).joined()
    }

    @Test func `fallback keeps the list's order`() {
        let route = ModelRoute(.fallback, [.init(a), .init(b), .init(c)])
        #expect(names(route, turn: 5, draw: 0.9) == "abc")
    }

    @Test func `round robin begins one further down each time`() {
        let route = ModelRoute(.roundRobin, [.init(a), .init(b), .init(c)])
        #expect((0..<4).map { names(route, turn: $0) } == ["abc", "bca", "cab", "abc"])
        #expect(names(route, turn: .max) == "bca")
    }

    @Test func `weights say how often a model goes first, and the others follow`() {
        let route = ModelRoute(.weighted, [.init(a, weight: 1), .init(b, weight: 3), .init(c, weight: 4)])
        let draws = (0..<800).map { names(route, draw: Double($0) / 800) }
        #expect(draws.count { $0 == "abc" } == 100)
        #expect(draws.count { $0 == "bac" } == 300)
        #expect(draws.count { $0 == "cab" } == 400)
        #expect(names(route, draw: 0.999_999_999) == "cab")
    }

    @Test func `a tier's model goes before the others, and alone where there is only one`() {
        let tiers: [ComplexityTier: ModelCatalogue.Model] = [.simple: c, .complex: b]
        let route = ModelRoute(.fallback, [.init(a), .init(b)], tiers: tiers)
        #expect(names(route, tier: .simple) == "cab")
        #expect(names(route, tier: .complex) == "ba")
        #expect(names(route, tier: .medium) == "ab")
        #expect(names(ModelRoute(.single, [.init(a)], tiers: tiers), tier: .simple) == "c")
    }

    @Test func `a model that has retired is passed over, unless there is no other`() {
        let day = Timestamp("2026-11-30T00:00:00Z")!
        let old = ModelCatalogue.Model(
            name: "old", provider: .groq, label: "Old", context: 1_000, maxOutput: 100, retires: day, prices: [])
        let route = ModelRoute(.fallback, [.init(old), .init(a)])
        #expect(route.order(turn: 0, draw: 0, now: day + .seconds(-1)).map(\.name) == ["old", "a"])
        #expect(route.order(turn: 0, draw: 0, now: day).map(\.name) == ["a"])
        #expect(ModelRoute(.single, [.init(old)]).order(turn: 0, draw: 0, now: day).map(\.name) == ["old"])
    }

    @Test func `models.yaml says routes, and is refused with a line`() throws {
        let models = """
            models:
              one: {provider: groq, label: One, context: 1000, max_output: 100, prices: [{from: 2026-01-01, input: 1, output: 1, cache_read: 1, cache_write: 1}]}
              two: {provider: groq, label: Two, context: 1000, max_output: 100, prices: [{from: 2026-01-01, input: 1, output: 1, cache_read: 1, cache_write: 1}]}
            agents:
              ba:

            """
        func read(_ lines: String...) throws(YAMLFailure) -> ModelCatalogue.Agent {
            let text = models + lines.map { "    \($0)\n" }.joined()
            do { return try ModelCatalogue(yaml: Array(text.utf8)).agents[0] } catch { throw YAMLFailure("\(error)") }
        }
        let agent = try read(
            "strategy: weighted", "models: [{model: one, weight: 3}, two]", "tiers: {simple: two}", "max_tokens: 10")
        #expect(agent.route.strategy == .weighted)
        #expect(agent.route.choices.map(\.model.name) == ["one", "two"])
        #expect(agent.route.choices.map(\.weight) == [3, 1])
        #expect(agent.route.tiers[.simple]?.name == "two")
        let wrong: [([String], String)] = [
            (["strategy: best", "models: [one]", "max_tokens: 10"], "There is no strategy"),
            (["strategy: single", "models: [one, two]", "max_tokens: 10"], "has one model"),
            (["strategy: fallback", "models: [one, one]", "max_tokens: 10"], "twice"),
            (["strategy: fallback", "models: [three]", "max_tokens: 10"], "not under"),
            (["model: one", "strategy: fallback", "max_tokens: 10"], "or a \"strategy\""),
            (["model: one", "tiers: {hard: one}", "max_tokens: 10"], "There is no tier"),
            (["model: one", "tiers: {simple: three}", "max_tokens: 10"], "not under"),
            (["strategy: weighted", "models: [{model: one, weight: 0}]", "max_tokens: 10"], "weight"),
        ]
        for (lines, reason) in wrong {
            let text = models + lines.map { "    \($0)\n" }.joined()
            #expect {
                try ModelCatalogue(yaml: Array(text.utf8))
            } throws: { error in
                "\(error)".contains(reason) && "\(error)".contains("models.yaml:")
            }
        }
    }
}

private struct YAMLFailure: Error {
    let text: String
    init(_ text: String) { self.text = text }
}
