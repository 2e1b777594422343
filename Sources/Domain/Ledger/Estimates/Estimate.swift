package import ModelGateway

/// What a stage will cost, in micro-dollars, as a range (docs/estimates.md).
package struct Estimate: Sendable, Equatable {
    package enum Basis: String, Sendable {
        /// What the tenant's own earlier runs cost.
        case history
        /// How much there is to read, and how much is usually written about so much.
        case sizes
    }

    package let low: Int64
    package let likely: Int64
    package let high: Int64
    package let basis: Basis
    /// How many earlier runs it rests on.
    package let runs: Int

    package init(low: Int64, likely: Int64, high: Int64, basis: Basis, runs: Int) {
        self.low = low
        self.likely = max(low, likely)
        self.high = max(low, likely, high)
        self.basis = basis
        self.runs = runs
    }

    /// The sum, which is no better founded than its worst-founded part.
    package static func + (left: Estimate, right: Estimate) -> Estimate {
        Estimate(
            low: left.low + right.low, likely: left.likely + right.likely, high: left.high + right.high,
            basis: left.basis == .sizes ? .sizes : right.basis, runs: min(left.runs, right.runs))
    }
}

/// How an agent works, as far as its cost goes.
package enum WorkShape: Sendable {
    /// Reads everything and writes one document.
    case document
    /// Reads everything, writes the code over many turns, and reads what it has written again in each.
    case code
    /// Reads everything and the code, and writes an opinion.
    case opinion

    /// Tokens written for each token of the approved documents, when little, the usual and much is written.
    private var written: [Double] {
        switch self {
        case .document: [0.3, 1, 3]
        case .code: [1, 4, 12]
        case .opinion: [0.05, 0.2, 1]
        }
    }

    /// - Parameters:
    ///   - bytes: of the approved documents that it works from.
    ///   - maxTokens: the longest answer of one call.
    package func estimate(bytes: Int, price: ModelPrice, maxTokens: Int) -> Estimate {
        // Bytes a token: prose has more, JSON and code have fewer.
        let costs = zip(written, [4.5, 4, 3]).map { ratio, bytesPerToken in
            let documents = Double(bytes) / bytesPerToken
            return price.cost(of: usage(documents: documents, ratio: ratio, maxTokens: maxTokens))
        }
        return Estimate(low: costs[0], likely: costs[1], high: costs[2], basis: .sizes, runs: 0)
    }

    /// System prompt and tools.
    private static let frame = 3_000.0
    /// What one turn of the implementer writes.
    private static let turn = 6_000.0

    private func usage(documents: Double, ratio: Double, maxTokens: Int) -> Usage {
        let read = Self.frame + documents
        let written = max(200, documents * ratio)
        switch self {
        case .document: return Usage(input: Int(read), output: Int(min(written, Double(maxTokens))))
        case .opinion:
            let code = documents * 4
            return Usage(input: Int(read + code), output: Int(min(written, Double(maxTokens))))
        case .code:
            // Every turn finds what came before it in the prompt cache and adds its own to it.
            let turns = 1 + (written / Self.turn).rounded(.up)
            return Usage(
                output: Int(written), cacheRead: Int((turns - 1) * (read + written / 2)),
                cacheWrite: Int(read + written))
        }
    }
}
