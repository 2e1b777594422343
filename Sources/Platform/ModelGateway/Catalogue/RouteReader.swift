internal import Kernel
internal import YAML

/// Reads an agent of `models.yaml`:
///
///     spec:
///       model: claude-sonnet-4-6          # or a strategy and its models
///       max_tokens: 32_000
///     implementer:
///       strategy: weighted
///       models:
///         - {model: claude-opus-4-6, weight: 3}
///         - gpt-5
///       tiers: {simple: claude-sonnet-4-6}
///       max_tokens: 128_000
enum RouteReader {
    static func agent(
        _ entry: YAMLEntry, of models: [ModelCatalogue.Model]
    ) throws(YAMLError) -> ModelCatalogue.Agent {
        var fields = try YAMLFields(entry.value, entry.key)
        let route = try route(&fields, of: models)
        let first = route.choices[0].model
        let maxTokens = try fields.integer("max_tokens", in: 1...Int64(first.maxOutput))
        try fields.finish()
        return ModelCatalogue.Agent(name: entry.key, route: route, maxTokens: Int(maxTokens))
    }

    private static func route(
        _ fields: inout YAMLFields, of models: [ModelCatalogue.Model]
    ) throws(YAMLError) -> ModelRoute {
        let tiers = try tiers(fields.take("tiers"), of: models)
        if let node = fields.take("model") {
            if let strategy = fields.take("strategy") ?? fields.take("models") {
                throw YAMLError(
                    strategy.place, "\"\(fields.name)\" has one \"model\", or a \"strategy\" and \"models\".")
            }
            return ModelRoute(.single, [.init(try model(node, of: models))], tiers: tiers)
        }
        let strategyNode = try fields.required("strategy")
        let name = try strategyNode.text("strategy", length: 1...40)
        guard let strategy = ModelRoute.Strategy(rawValue: name) else {
            let known = ModelRoute.Strategy.allCases.map(\.rawValue).joined(separator: ", ")
            throw YAMLError(strategyNode.place, "There is no strategy \"\(name)\". Known: \(known).")
        }
        var choices: [ModelRoute.Choice] = []
        for node in try fields.sequence("models", count: 1...20) {
            let choice = try choice(node, of: models)
            guard !choices.contains(where: { $0.model == choice.model }) else {
                throw YAMLError(node.place, "\"\(choice.model.name)\" is in the list twice.")
            }
            choices.append(choice)
        }
        guard strategy != .single || choices.count == 1 else {
            throw YAMLError(strategyNode.place, "The strategy \"single\" has one model, not \(choices.count).")
        }
        return ModelRoute(strategy, choices, tiers: tiers)
    }

    private static func choice(
        _ node: YAMLNode, of models: [ModelCatalogue.Model]
    ) throws(YAMLError) -> ModelRoute.Choice {
        guard case .mapping = node.content else { return .init(try model(node, of: models)) }
        var fields = try YAMLFields(node, "models")
        let model = try model(fields.required("model"), of: models)
        let weight = try fields.optionalInteger("weight", in: 1...1_000) ?? 1
        try fields.finish()
        return .init(model, weight: Int(weight))
    }

    private static func tiers(
        _ node: YAMLNode?, of models: [ModelCatalogue.Model]
    ) throws(YAMLError) -> [ComplexityTier: ModelCatalogue.Model] {
        var tiers: [ComplexityTier: ModelCatalogue.Model] = [:]
        for entry in try node?.mapping("tiers") ?? [] {
            guard let tier = ComplexityTier(rawValue: entry.key) else {
                let known = ComplexityTier.allCases.map(\.rawValue).joined(separator: ", ")
                throw YAMLError(entry.place, "There is no tier \"\(entry.key)\". Known: \(known).")
            }
            tiers[tier] = try model(entry.value, of: models)
        }
        return tiers
    }

    private static func model(
        _ node: YAMLNode, of models: [ModelCatalogue.Model]
    ) throws(YAMLError) -> ModelCatalogue.Model {
        let name = try node.text("model", length: 1...200)
        guard let model = models.first(where: { $0.name == name }) else {
            throw YAMLError(node.place, "\"\(name)\" is not under \"models\".")
        }
        return model
    }
}
