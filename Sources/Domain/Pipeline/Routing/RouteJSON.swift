internal import Kernel
internal import ModelGateway

/// A tenant's own route as it is sent, stored and shown:
///
///     {"strategy": "weighted",
///      "models": [{"model": "claude-opus-4-6", "weight": 3},
///                 {"model": "qwen3-coder", "provider": "ollama", "context": 262144, "max_output": 65536,
///                  "input_price": 0, "output_price": 0}],
///      "tiers": {"simple": "qwen3-coder"}}
///
/// A model with a provider is one that `models.yaml` does not know; what it costs is the tenant's word, in micro-dollars
/// per million tokens.
struct RouteJSON {
    let catalogue: ModelCatalogue

    private static let mostChoices = 10

    func route(_ json: JSON, at pointer: String = "") throws(Problem) -> ModelRoute {
        var fields = try JSONFields(json, at: pointer)
        let name = try fields.text("strategy", length: 1...40)
        guard let strategy = ModelRoute.Strategy(rawValue: name) else {
            let known = ModelRoute.Strategy.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw .invalidField(fields.pointer(to: "strategy"), "\"strategy\" must be one of \(known).")
        }
        var choices: [ModelRoute.Choice] = []
        let place = fields.pointer(to: "models")
        for (index, item) in try fields.array("models", count: 1...Self.mostChoices).enumerated() {
            let choice = try choice(item, at: "\(place)/\(index)")
            guard !choices.contains(where: { $0.model.name == choice.model.name }) else {
                throw .invalidField("\(place)/\(index)", "\"\(choice.model.name)\" is in the list twice.")
            }
            choices.append(choice)
        }
        guard strategy != .single || choices.count == 1 else {
            throw .invalidField(place, "The strategy \"single\" has one model, not \(choices.count).")
        }
        let tiers = try tiers(fields.take("tiers"), choices, at: fields.pointer(to: "tiers"))
        try fields.finish()
        return ModelRoute(strategy, choices, tiers: tiers)
    }

    private func choice(_ json: JSON, at pointer: String) throws(Problem) -> ModelRoute.Choice {
        var fields = try JSONFields(json, at: pointer)
        let name = try fields.line("model", length: 1...200)
        let weight = fields.take("weight")
        guard let weight = (weight ?? .integer(1)).integer, (1...1_000).contains(weight) else {
            throw .invalidField(fields.pointer(to: "weight"), "\"weight\" must be a whole number from 1 to 1000.")
        }
        let model: ModelCatalogue.Model
        if let provider = try fields.optionalText("provider", length: 1...40) {
            model = try ownModel(name, of: provider, &fields)
        } else {
            model = try known(name, at: fields.pointer(to: "model"))
        }
        try fields.finish()
        return .init(model, weight: Int(weight))
    }

    private func ownModel(
        _ name: String, of providerName: String, _ fields: inout JSONFields
    ) throws(Problem) -> ModelCatalogue.Model {
        guard let provider = Provider(rawValue: providerName) else {
            let known = Provider.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw .invalidField(
                fields.pointer(to: "provider"), "This provider is not known here. Known: \(known).")
        }
        guard (try? catalogue.model(name)) == nil else {
            throw .invalidField(
                fields.pointer(to: "provider"), "\"\(name)\" is known here: leave out everything but its name.")
        }
        let context = try fields.integer("context", in: 1_000...100_000_000)
        let maxOutput = try fields.integer("max_output", in: 100...context)
        let prices: ClosedRange<Int64> = 0...1_000_000_000_000
        let input = try fields.integer("input_price", in: prices)
        let output = try fields.integer("output_price", in: prices)
        return ModelCatalogue.Model(
            name: name, provider: provider, label: name, context: Int(context), maxOutput: Int(maxOutput),
            prices: [
                ModelPrice(
                    from: Timestamp(seconds: 0), input: input, output: output, cacheRead: input, cacheWrite: input)
            ])
    }

    private func known(_ name: String, at pointer: String) throws(Problem) -> ModelCatalogue.Model {
        guard let model = catalogue.models.first(where: { $0.name == name }) else {
            throw .invalidField(
                pointer,
                "\"\(name)\" is not a model that is known here; GET /api/settings/models lists them. For another one "
                    + "say its \"provider\", \"context\", \"max_output\", \"input_price\" and \"output_price\" too.")
        }
        return model
    }

    private func tiers(
        _ json: JSON?, _ choices: [ModelRoute.Choice], at pointer: String
    ) throws(Problem) -> [ComplexityTier: ModelCatalogue.Model] {
        guard let json else { return [:] }
        var fields = try JSONFields(json, at: pointer)
        var tiers: [ComplexityTier: ModelCatalogue.Model] = [:]
        for tier in ComplexityTier.allCases {
            guard let name = try fields.optionalLine(tier.rawValue, length: 1...200) else { continue }
            if let choice = choices.first(where: { $0.model.name == name }) {
                tiers[tier] = choice.model
            } else {
                tiers[tier] = try known(name, at: fields.pointer(to: tier.rawValue))
            }
        }
        try fields.finish()
        return tiers
    }

    // MARK: Writing

    func json(_ route: ModelRoute) -> JSON {
        var object: JSONObject = [
            "strategy": .string(route.strategy.rawValue),
            "models": .array(route.choices.map { choice in json(choice, weighted: route.strategy == .weighted) }),
        ]
        if !route.tiers.isEmpty {
            object["tiers"] = .object(
                JSONObject(
                    ComplexityTier.allCases.compactMap { tier in
                        route.tiers[tier].map { (tier.rawValue, .string($0.name)) }
                    }))
        }
        return .object(object)
    }

    private func json(_ choice: ModelRoute.Choice, weighted: Bool) -> JSON {
        let model = choice.model
        var object: JSONObject = ["model": .string(model.name)]
        if weighted { object["weight"] = .integer(Int64(choice.weight)) }
        if let provider = model.provider, !catalogue.models.contains(model), let price = model.prices.first {
            object["provider"] = .string(provider.rawValue)
            object["context"] = .integer(Int64(model.context))
            object["max_output"] = .integer(Int64(model.maxOutput))
            object["input_price"] = .integer(price.input)
            object["output_price"] = .integer(price.output)
        }
        return .object(object)
    }
}
