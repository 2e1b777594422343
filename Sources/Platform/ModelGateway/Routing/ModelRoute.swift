package import Kernel

/// Which models may do a piece of work, and in which order they are tried.
package struct ModelRoute: Sendable, Equatable {
    package enum Strategy: String, Sendable, CaseIterable {
        /// One model; when it cannot be used the work waits.
        case single
        /// In the order of the list.
        case fallback
        /// Each run begins one further down the list.
        case roundRobin = "round_robin"
        /// Each run draws the first, by weight.
        case weighted
    }

    package struct Choice: Sendable, Equatable {
        package let model: ModelCatalogue.Model
        /// How often it is drawn, against the others'.
        package let weight: Int

        package init(_ model: ModelCatalogue.Model, weight: Int = 1) {
            self.model = model
            self.weight = weight
        }
    }

    package let strategy: Strategy
    package let choices: [Choice]
    /// What goes first for work of this complexity, before the choices.
    package let tiers: [ComplexityTier: ModelCatalogue.Model]

    /// - Parameter choices: at least one.
    package init(
        _ strategy: Strategy, _ choices: [Choice], tiers: [ComplexityTier: ModelCatalogue.Model] = [:]
    ) {
        precondition(!choices.isEmpty, "a route leads somewhere")
        self.strategy = strategy
        self.choices = choices
        self.tiers = tiers
    }

    /// The models in the order in which a run tries them, each once; those that have retired are left out, unless there
    /// is no other.
    ///
    /// - Parameters:
    ///   - tier: how complex the work is, where that is known.
    ///   - turn: how many runs took this route before, for `round_robin`.
    ///   - draw: from 0 up to 1, for `weighted`.
    package func order(
        tier: ComplexityTier? = nil, turn: Int, draw: Double, now: Timestamp = .now
    ) -> [ModelCatalogue.Model] {
        var models = choices.map(\.model)
        switch strategy {
        case .single, .fallback: break
        case .roundRobin:
            let start = turn % models.count
            models = Array(models[start...] + models[..<start])
        case .weighted:
            models.insert(models.remove(at: drawn(draw)), at: 0)
        }
        if let tier, let first = tiers[tier] {
            models.removeAll { $0 == first }
            models = strategy == .single ? [first] : [first] + models
        }
        let serving = models.filter { model in model.retires.map { $0 > now } ?? true }
        return serving.isEmpty ? models : serving
    }

    private func drawn(_ draw: Double) -> Int {
        var left = draw * Double(choices.reduce(0) { $0 + $1.weight })
        for (index, choice) in choices.enumerated() {
            left -= Double(choice.weight)
            if left < 0 { return index }
        }
        return choices.count - 1
    }
}

/// How much there is to a piece of work.
package enum ComplexityTier: String, Sendable, CaseIterable {
    case simple, medium, complex
}
