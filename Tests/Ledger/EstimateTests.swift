import Kernel
import Ledger
import ModelGateway
import Testing

@Suite struct EstimateTests {
    private let price = ModelPrice(
        from: Timestamp(seconds: 0), input: 3_000_000, output: 15_000_000, cacheRead: 300_000, cacheWrite: 3_750_000)

    @Test(arguments: [0, 1, 5_000, 80_000, 3_000_000])
    func `low is no more than likely, and likely no more than high`(bytes: Int) {
        for shape in [WorkShape.document, .code, .opinion] {
            let estimate = shape.estimate(bytes: bytes, price: price, maxTokens: 32_000)
            #expect(0 < estimate.low && estimate.low <= estimate.likely && estimate.likely <= estimate.high)
            #expect(estimate.basis == .sizes && estimate.runs == 0)
        }
    }

    @Test func `more to read costs more`() {
        for shape in [WorkShape.document, .code, .opinion] {
            let small = shape.estimate(bytes: 10_000, price: price, maxTokens: 32_000)
            let large = shape.estimate(bytes: 40_000, price: price, maxTokens: 32_000)
            #expect(small.low < large.low && small.likely < large.likely && small.high < large.high)
        }
    }

    @Test func `one document of known size, worked out by hand`() {
        // 40,000 bytes: likely 10,000 tokens, read with the frame of 3,000, and as many written.
        let estimate = WorkShape.document.estimate(bytes: 40_000, price: price, maxTokens: 32_000)
        #expect(estimate.likely == 13_000 * 3 + 10_000 * 15)
    }

    @Test func `a sum is founded as its worst part is`() {
        let known = Estimate(low: 1, likely: 2, high: 3, basis: .history, runs: 9)
        let guessed = Estimate(low: 10, likely: 20, high: 30, basis: .sizes, runs: 0)
        #expect(known + guessed == Estimate(low: 11, likely: 22, high: 33, basis: .sizes, runs: 0))
        #expect((known + known).runs == 9)
        #expect((known + known).basis == .history)
    }
}
