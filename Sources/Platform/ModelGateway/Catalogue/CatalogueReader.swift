internal import Kernel
internal import YAML

/// Reads `models.yaml`, and refuses it with a line where it contradicts itself.
enum CatalogueReader {
    static func read(
        _ bytes: [UInt8], file: String
    ) throws(YAMLError) -> ([ModelCatalogue.Model], [ModelCatalogue.Agent]) {
        var root = try YAMLFields(YAML.parse(bytes, file: file), "models.yaml")
        var models: [ModelCatalogue.Model] = []
        var names: Set<String> = []
        for entry in try root.mapping("models") {
            let model = try self.model(entry)
            for name in [model.name] + model.snapshots where !names.insert(name).inserted {
                throw YAMLError(entry.place, "The name \"\(name)\" is taken by another model.")
            }
            models.append(model)
        }
        let agents = try root.mapping("agents").map { entry throws(YAMLError) in
            try RouteReader.agent(entry, of: models)
        }
        try root.finish()
        return (models, agents)
    }

    private static func model(_ entry: YAMLEntry) throws(YAMLError) -> ModelCatalogue.Model {
        var fields = try YAMLFields(entry.value, entry.key)
        let snapshots = try fields.take("snapshots")?.sequence("snapshots") ?? []
        let context = try fields.integer("context", in: 1...100_000_000)
        let model = ModelCatalogue.Model(
            name: entry.key, provider: try provider(fields.required("provider")),
            label: try fields.text("label", length: 1...100),
            snapshots: try snapshots.map { node throws(YAMLError) in
                try node.text("snapshots", length: 1...200)
            },
            context: Int(context), maxOutput: Int(try fields.integer("max_output", in: 1...context)),
            retires: try fields.take("retires").map { node throws(YAMLError) in try day(node, "retires") },
            prices: try prices(fields.sequence("prices", count: 1...1_000)))
        try fields.finish()
        return model
    }

    private static func provider(_ node: YAMLNode) throws(YAMLError) -> Provider? {
        let name = try node.text("provider", length: 1...60)
        if name == ModelCatalogue.development { return nil }
        guard let provider = Provider(rawValue: name) else {
            let known = Provider.allCases.map(\.rawValue).joined(separator: ", ")
            throw YAMLError(node.place, "There is no provider \"\(name)\". Known: \(known).")
        }
        return provider
    }

    private static func prices(_ nodes: [YAMLNode]) throws(YAMLError) -> [ModelPrice] {
        var prices: [ModelPrice] = []
        // A million dollars per million tokens is past anything that is not a slip of the hand.
        let range: ClosedRange<Int64> = 0...1_000_000_000_000
        for node in nodes {
            var fields = try YAMLFields(node, "prices")
            let fromNode = try fields.required("from")
            let price = ModelPrice(
                from: try day(fromNode, "from"), input: try fields.integer("input", in: range),
                output: try fields.integer("output", in: range),
                cacheRead: try fields.integer("cache_read", in: range),
                cacheWrite: try fields.integer("cache_write", in: range),
                longInput: try fields.take("long_input").map { node throws(YAMLError) in
                    try longInput(node, range)
                })
            try fields.finish()
            if let last = prices.last, price.from <= last.from {
                throw YAMLError(fromNode.place, "Prices must stand in the order of their days.")
            }
            prices.append(price)
        }
        return prices
    }

    private static func longInput(
        _ node: YAMLNode, _ range: ClosedRange<Int64>
    ) throws(YAMLError) -> ModelPrice.LongInput {
        var fields = try YAMLFields(node, "long_input")
        let prices = ModelPrice.LongInput(
            above: Int(try fields.integer("above", in: 1...100_000_000)), input: try fields.integer("input", in: range),
            output: try fields.integer("output", in: range), cacheRead: try fields.integer("cache_read", in: range),
            cacheWrite: try fields.integer("cache_write", in: range))
        try fields.finish()
        return prices
    }

    /// A day as `2026-11-20`, taken at its start in UTC.
    private static func day(_ node: YAMLNode, _ key: String) throws(YAMLError) -> Timestamp {
        let text = try node.text(key)
        guard text.utf8.count == 10, let day = Timestamp("\(text)T00:00:00Z"), day.description.hasPrefix(text) else {
            throw YAMLError(node.place, "\"\(key)\" must be a day such as 2026-11-20, not \(text.prefix(40)).")
        }
        return day
    }
}
