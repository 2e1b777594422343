package import Kernel
package import YAML

/// The models this installation knows, what they cost, and which agent uses which: `models.yaml`, parsed and checked.
package struct ModelCatalogue: Sendable {
    package struct Model: Sendable, Equatable {
        package let name: String
        /// Who serves it; `nil` for the development model, which stands in for every provider.
        package let provider: Provider?
        /// For people.
        package let label: String
        /// Dated names under which the provider answers.
        package let snapshots: [String]
        /// Tokens it can read and write in one call, together.
        package let context: Int
        /// Tokens it can write in one call.
        package let maxOutput: Int
        /// The day the provider stops serving it, where announced.
        package let retires: Timestamp?
        /// In the order of their days.
        package let prices: [ModelPrice]

        package init(
            name: String, provider: Provider?, label: String, snapshots: [String] = [], context: Int, maxOutput: Int,
            retires: Timestamp? = nil, prices: [ModelPrice]
        ) {
            self.name = name
            self.provider = provider
            self.label = label
            self.snapshots = snapshots
            self.context = context
            self.maxOutput = maxOutput
            self.retires = retires
            self.prices = prices
        }
    }

    /// What `models.yaml` calls the provider of a model that is none.
    static let development = "development"

    package struct Agent: Sendable, Equatable {
        package let name: String
        package let route: ModelRoute
        package let maxTokens: Int
    }

    /// In the file's order.
    package let models: [Model]
    package let agents: [Agent]

    /// - Throws: `YAMLError` with file, line and key.
    package init(yaml bytes: [UInt8], file: String = "models.yaml") throws(YAMLError) {
        (models, agents) = try CatalogueReader.read(bytes, file: file)
    }

    /// A model by its name or by one of its snapshots' names.
    package func model(_ name: String) throws(CatalogueError) -> Model {
        guard let model = models.first(where: { $0.name == name || $0.snapshots.contains(name) }) else {
            throw .unknownModel(name)
        }
        return model
    }

    package func agent(_ name: String) throws(CatalogueError) -> Agent {
        guard let agent = agents.first(where: { $0.name == name }) else { throw .unknownAgent(name) }
        return agent
    }

    package func price(_ name: String, at time: Timestamp = .now) throws(CatalogueError) -> ModelPrice {
        try model(name).requirePrice(at: time)
    }
}

extension ModelCatalogue.Model {
    package func price(at time: Timestamp = .now) -> ModelPrice? { prices.last { $0.from <= time } }

    package func requirePrice(at time: Timestamp = .now) throws(CatalogueError) -> ModelPrice {
        guard let price = price(at: time) else { throw .noPrice(name, at: time) }
        return price
    }

    /// Whose keys are good for it.
    package var providers: [Provider] { provider.map { [$0] } ?? Provider.allCases }
}

/// The catalogue does not hold what was asked for.
package enum CatalogueError: Error, Sendable, Equatable, CustomStringConvertible {
    case unknownModel(String)
    case unknownAgent(String)
    case noPrice(String, at: Timestamp)

    package var description: String {
        switch self {
        case .unknownModel(let name): "models.yaml has no model \"\(name)\"."
        case .unknownAgent(let name): "models.yaml has no agent \"\(name)\"."
        case .noPrice(let name, let time): "models.yaml has no price for \"\(name)\" at \(time)."
        }
    }
}
