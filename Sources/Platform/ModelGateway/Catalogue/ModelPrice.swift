package import Kernel

/// What a model costs from a day on, in micro-dollars per million tokens of each class.
package struct ModelPrice: Sendable, Equatable {
    /// Start of the first day (UTC) on which it holds.
    package let from: Timestamp
    package let input: Int64
    package let output: Int64
    package let cacheRead: Int64
    package let cacheWrite: Int64

    package init(from: Timestamp, input: Int64, output: Int64, cacheRead: Int64, cacheWrite: Int64) {
        self.from = from
        self.input = input
        self.output = output
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
    }

    /// The cost of a call in micro-dollars, rounded up to a whole one: a budget is never undercharged.
    package func cost(of usage: Usage) -> Int64 {
        Self.sum([
            (usage.input, input), (usage.output, output), (usage.cacheRead, cacheRead), (usage.cacheWrite, cacheWrite),
        ])
    }

    /// The most a call can cost in micro-dollars: every input token at the dearest input price, every output token used.
    package func worstCase(inputTokens: Int, maxTokens: Int) -> Int64 {
        Self.sum([(inputTokens, max(input, cacheWrite, cacheRead)), (maxTokens, output)])
    }

    /// In 128 bits, where no product of two 64-bit numbers overflows; what does not fit in 64 at the end is the most
    /// that does, so that no budget lets it pass.
    private static func sum(_ terms: [(tokens: Int, price: Int64)]) -> Int64 {
        let total = terms.reduce(Int128(0)) { $0 + Int128(max(0, $1.tokens)) * Int128($1.price) }
        return Int64(clamping: (total + 999_999) / 1_000_000)
    }
}
