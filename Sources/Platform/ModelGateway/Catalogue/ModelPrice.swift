package import Kernel

/// What a model costs from a day on, in micro-dollars per million tokens of each class.
package struct ModelPrice: Sendable, Equatable {
    /// Start of the first day (UTC) on which it holds.
    package let from: Timestamp
    package let input: Int64
    package let output: Int64
    package let cacheRead: Int64
    package let cacheWrite: Int64
    /// What a call with a long input costs instead, from its first token on.
    package let longInput: LongInput?

    /// The prices of calls that read more than so many tokens, cached ones counted.
    package struct LongInput: Sendable, Equatable {
        package let above: Int
        package let input: Int64
        package let output: Int64
        package let cacheRead: Int64
        package let cacheWrite: Int64

        package init(above: Int, input: Int64, output: Int64, cacheRead: Int64, cacheWrite: Int64) {
            self.above = above
            self.input = input
            self.output = output
            self.cacheRead = cacheRead
            self.cacheWrite = cacheWrite
        }
    }

    package init(
        from: Timestamp, input: Int64, output: Int64, cacheRead: Int64, cacheWrite: Int64, longInput: LongInput? = nil
    ) {
        self.from = from
        self.input = input
        self.output = output
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.longInput = longInput
    }

    /// The cost of a call in micro-dollars, rounded up to a whole one: a budget is never undercharged.
    package func cost(of usage: Usage) -> Int64 {
        if let long = longInput, usage.input + usage.cacheRead + usage.cacheWrite > long.above {
            return Self.sum([
                (usage.input, long.input), (usage.output, long.output), (usage.cacheRead, long.cacheRead),
                (usage.cacheWrite, long.cacheWrite),
            ])
        }
        return Self.sum([
            (usage.input, input), (usage.output, output), (usage.cacheRead, cacheRead), (usage.cacheWrite, cacheWrite),
        ])
    }

    /// The most a call can cost in micro-dollars: every input token at the dearest input price, every output token used.
    package func worstCase(inputTokens: Int, maxTokens: Int) -> Int64 {
        let usual = Self.sum([(inputTokens, max(input, cacheWrite, cacheRead)), (maxTokens, output)])
        guard let long = longInput, inputTokens > long.above else { return usual }
        // The input may turn out short of what was guessed, and then the usual prices hold.
        return max(
            usual,
            Self.sum([(inputTokens, max(long.input, long.cacheWrite, long.cacheRead)), (maxTokens, long.output)]))
    }

    /// In 128 bits, where no product of two 64-bit numbers overflows; what does not fit in 64 at the end is the most
    /// that does, so that no budget lets it pass.
    private static func sum(_ terms: [(tokens: Int, price: Int64)]) -> Int64 {
        let total = terms.reduce(Int128(0)) { $0 + Int128(max(0, $1.tokens)) * Int128($1.price) }
        return Int64(clamping: (total + 999_999) / 1_000_000)
    }
}
