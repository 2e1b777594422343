import Kernel
import ModelGateway
import Testing
import YAML

#if canImport(Glibc)
    import Glibc
#endif

@Suite struct ModelCatalogueTests {
    /// The repository's own file, read from beside the sources.
    static func shipped() throws -> ModelCatalogue {
        let path = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let file = try #require(fopen("/\(path)/models.yaml", "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1_048_576)
        let count = fread(&bytes, 1, bytes.count, file)
        return try ModelCatalogue(yaml: Array(bytes[..<count]))
    }

    private let day = Timestamp("2026-11-20T00:00:00Z")!

    private func failure(_ text: String) -> String {
        do {
            _ = try ModelCatalogue(yaml: Array(text.utf8))
            return "accepted"
        } catch {
            return error.description
        }
    }

    private static let good = """
        models:
          one:
            provider: groq
            label: One
            snapshots: [one-1]
            context: 1000
            max_output: 100
            prices:
              - {from: 2026-01-01, input: 3_000_000, output: 15_000_000, cache_read: 300_000, cache_write: 3_750_000}
              - {from: 2026-06-01, input: 1, output: 2, cache_read: 3, cache_write: 4}
        agents:
          ba: {model: one, max_tokens: 50}

        """

    @Test func `the shipped file names every agent of the pipeline`() throws {
        let catalogue = try Self.shipped()
        let expected: [(String, String, Int)] = [
            ("ba", "claude-sonnet-4-5", 8_000), ("spec", "claude-sonnet-4-5", 32_000),
            ("planner", "claude-sonnet-4-5", 32_000), ("contract_test", "claude-sonnet-4-5", 32_000),
            ("implementer", "claude-opus-4-6", 128_000), ("security_review", "claude-sonnet-4-5", 16_000),
            ("code_review", "claude-sonnet-4-5", 16_000), ("alignment_review", "claude-haiku-4-5", 500),
            ("title", "claude-haiku-4-5", 50),
        ]
        #expect(catalogue.agents.count == expected.count)
        for (name, model, maxTokens) in expected {
            let agent = try catalogue.agent(name)
            #expect(agent.route.choices[0].model.name == model)
            #expect(agent.maxTokens == maxTokens)
            for choice in agent.route.choices { _ = try catalogue.price(choice.model.name, at: day) }
        }
    }

    @Test func `a call is priced by class and rounded up`() throws {
        let catalogue = try Self.shipped()
        let usage = Usage(input: 1_000, output: 2_000, cacheRead: 10_000, cacheWrite: 4_000)
        // 1,000 × 3 + 2,000 × 15 + 10,000 × 0.3 + 4,000 × 3.75 micro-dollars.
        #expect(try catalogue.price("claude-sonnet-4-5", at: day).cost(of: usage) == 51_000)
        #expect(try catalogue.price("claude-sonnet-4-5-20250929", at: day).cost(of: usage) == 51_000)
        #expect(try catalogue.price("claude-haiku-4-5", at: day).cost(of: Usage(cacheRead: 1)) == 1)
        #expect(try catalogue.price("claude-haiku-4-5", at: day).cost(of: .zero) == 0)
        #expect(
            try catalogue.price("development-model", at: day).cost(of: usage)
                == catalogue.price("claude-haiku-4-5", at: day).cost(of: usage))
    }

    @Test func `the worst case takes the dearest input class`() throws {
        let catalogue = try Self.shipped()
        // 1,000 × 6.25 + 128,000 × 25.
        let worst = try catalogue.price("claude-opus-4-6", at: day)
            .worstCase(inputTokens: 1_000, maxTokens: 128_000)
        #expect(worst == 3_206_250)
    }

    @Test func `absurd counts neither overflow nor pay back`() throws {
        let price = ModelPrice(
            from: day, input: 1_000_000_000_000, output: 1_000_000_000_000, cacheRead: 1, cacheWrite: 1)
        let huge = Usage(input: .max, output: .max, cacheRead: .max, cacheWrite: .max)
        #expect(price.cost(of: huge) == .max)
        #expect(price.worstCase(inputTokens: .max, maxTokens: .max) == .max)
        #expect(price.cost(of: Usage(input: -5, output: 1)) == 1_000_000)
    }

    @Test func `a call keeps the price of its day`() throws {
        let catalogue = try ModelCatalogue(yaml: Array(Self.good.utf8))
        #expect(try catalogue.price("one", at: Timestamp("2026-05-31T23:59:59Z")!).input == 3_000_000)
        #expect(try catalogue.price("one", at: Timestamp("2026-06-01T00:00:00Z")!).input == 1)
        let before = Timestamp("2025-12-31T23:59:59Z")!
        #expect(throws: CatalogueError.noPrice("one", at: before)) { try catalogue.price("one", at: before) }
    }

    @Test func `what is not in the file is named`() throws {
        let catalogue = try ModelCatalogue(yaml: Array(Self.good.utf8))
        #expect(throws: CatalogueError.unknownModel("two")) { try catalogue.model("two") }
        #expect(throws: CatalogueError.unknownAgent("cook")) { try catalogue.agent("cook") }
        #expect(throws: CatalogueError.unknownModel("two")) { try catalogue.price("two").cost(of: .zero) }
    }

    @Test(arguments: [
        ("label: One", "labels: One", "models.yaml:3: \"label\" is missing in \"one\"."),
        (
            "max_output: 100", "max_output: 2000",
            "models.yaml:7: \"max_output\" must be a whole number from 1 to 1000, not 2000."
        ),
        (
            "input: 1,", "input: cheap,",
            "models.yaml:10: \"input\" must be a whole number from 0 to 1000000000000, not cheap."
        ),
        ("2026-06-01", "2026-01-01", "models.yaml:10: Prices must stand in the order of their days."),
        ("2026-06-01", "2026-02-30", "models.yaml:10: \"from\" must be a day such as 2026-11-20, not 2026-02-30."),
        ("model: one", "model: two", "models.yaml:12: \"two\" is not under \"models\"."),
        (
            "max_tokens: 50", "max_tokens: 101",
            "models.yaml:12: \"max_tokens\" must be a whole number from 1 to 100, not 101."
        ),
        ("[one-1]", "[one]", "models.yaml:2: The name \"one\" is taken by another model."),
        ("agents:", "agent:", "models.yaml:1: \"agents\" is missing in \"models.yaml\"."),
        (
            "provider: groq", "provider: acme",
            "models.yaml:3: There is no provider \"acme\". Known: anthropic, openai, gemini, openrouter, groq, "
                + "deepseek, mistral, ollama, vllm, compatible."
        ),
        ("provider: groq", "provider: groq\n    colour: red", "models.yaml:4: \"colour\" is not a key of \"one\"."),
    ])
    func `a slip is refused with its line`(from: String, to: String, expected: String) {
        #expect(failure(Self.good) == "accepted")
        #expect(failure(Self.good.replacing(from, with: to)) == expected)
    }
}
