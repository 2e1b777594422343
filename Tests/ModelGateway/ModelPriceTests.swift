import Kernel
import ModelGateway
import Testing
import YAML

@Suite struct ModelPriceTests {
    private let tiered = ModelPrice(
        from: Timestamp(seconds: 0), input: 1_250_000, output: 10_000_000, cacheRead: 125_000, cacheWrite: 1_250_000,
        longInput: ModelPrice.LongInput(
            above: 200_000, input: 2_500_000, output: 15_000_000, cacheRead: 250_000, cacheWrite: 2_500_000))

    @Test(arguments: [(0, 0), (1, 1), (799_999, 1), (800_000, 1), (800_001, 2)])
    func `a part of a micro-dollar is a whole one`(tokens: Int, cost: Int64) {
        let cheap = ModelPrice(from: Timestamp(seconds: 0), input: 1, output: 1, cacheRead: 0, cacheWrite: 0)
        // One micro-dollar per million tokens.
        #expect(cheap.cost(of: Usage(input: tokens, output: tokens / 4)) == cost)
    }

    @Test func `a long input makes the whole call dearer, cached tokens counted`() {
        #expect(tiered.cost(of: Usage(input: 200_000, output: 1_000)) == 250_000 + 10_000)
        #expect(tiered.cost(of: Usage(input: 200_001, output: 1_000)) == 500_003 + 15_000)
        #expect(tiered.cost(of: Usage(input: 1, output: 1_000, cacheRead: 200_000)) == 50_003 + 15_000)
    }

    @Test func `no call within its bounds costs more than its worst case`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let most = Int.random(in: 0...400_000, using: &random)
            let maxTokens = Int.random(in: 0...64_000, using: &random)
            let (a, b) = (Int.random(in: 0...most, using: &random), Int.random(in: 0...most, using: &random))
            let usage = Usage(
                input: min(a, b), output: Int.random(in: 0...maxTokens, using: &random),
                cacheRead: max(a, b) - min(a, b),
                cacheWrite: most - max(a, b))
            #expect(tiered.cost(of: usage) <= tiered.worstCase(inputTokens: most, maxTokens: maxTokens))
        }
    }

    @Test func `the prices of long inputs are read from models yaml`() throws {
        let yaml = """
            models:
              m:
                provider: anthropic
                label: M
                context: 1_000_000
                max_output: 64_000
                prices:
                  - from: 2026-01-01
                    input: 1_250_000
                    output: 10_000_000
                    cache_read: 125_000
                    cache_write: 1_250_000
                    long_input:
                      above: 200_000
                      input: 2_500_000
                      output: 15_000_000
                      cache_read: 250_000
                      cache_write: 2_500_000
            agents: {}
            """
        let catalogue = try ModelCatalogue(yaml: Array(yaml.utf8))
        #expect(try catalogue.price("m").longInput == tiered.longInput)
        #expect(throws: YAMLError.self) {
            try ModelCatalogue(yaml: Array(yaml.replacing("above: 200_000", with: "over: 200_000").utf8))
        }
    }
}
