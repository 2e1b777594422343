import Kernel

/// Makes the product of a brief, or of a spec that an earlier agent submitted.
enum ProductBuilder {
    /// As many as one specification can hold, with four requirements for each kind of record.
    private static let maximumEntities = 24
    private static let maximumRequirements = 200

    /// The product of a brief, its requirements numbered from R1.
    static func product(of brief: BriefDraft) -> ProductModel {
        var product = bare(title: brief.title, goal: brief.goal, entities: brief.entities, outOfScope: brief.outOfScope)
        var number = 0
        func next() -> String {
            number += 1
            return "R\(number)"
        }
        for index in product.entities.indices {
            for operation in ProductModel.Operation.allCases { product.operations[index][operation] = next() }
        }
        // What binds the solution is a rule too: enforced if it can be, else listed as a policy.
        let left = maximumRequirements - number - 1
        let rules = (brief.rules + brief.constraints).prefix(left).map {
            (id: next(), text: ProductModel.Rule.quotable($0))
        }
        product.rules = RuleBook.read(rules, for: product.entities)
        product.commandLine = next()
        product.requirementIDs = (1...number).map { "R\($0)" }
        return product
    }

    /// The product of a spec. Requirements that are no operation are rules; whatever is missing stays missing.
    static func product(ofSpec spec: JSON, title fallback: String = "") -> ProductModel {
        let summary = spec["summary"]?.string ?? ""
        let parts = summary.split(separator: ": ", maxSplits: 1).map(String.init)
        let title = parts.count == 2 && parts[0].count <= 80 ? parts[0] : fallback
        let drafts = (spec["entities"]?.array ?? []).compactMap(BriefDraft.Entity.init)
        var product = bare(
            title: title.isEmpty ? BriefTitle.made(of: drafts.map(\.name)) : title,
            goal: parts.last ?? summary, entities: drafts, outOfScope: spec.texts("out_of_scope"))
        var expected: [String: (Int, ProductModel.Operation)] = [:]
        for (index, entity) in product.entities.enumerated() {
            for operation in ProductModel.Operation.allCases {
                expected[operation.requirement(for: entity, among: product.entities)] = (index, operation)
            }
        }
        var rules: [(id: String, text: String)] = []
        for requirement in spec["requirements"]?.array ?? [] {
            guard let id = requirement["id"]?.string, let text = requirement["text"]?.string else { continue }
            product.requirementIDs.append(id)
            if let (index, operation) = expected[text] {
                product.operations[index][operation] = id
            } else if text == ProductModel.commandLineRequirement {
                product.commandLine = id
            } else {
                rules.append((id, ProductModel.Rule.text(in: text)))
            }
        }
        product.rules = RuleBook.read(rules, for: product.entities)
        return product
    }

    private static func bare(
        title: String, goal: String, entities: [BriefDraft.Entity], outOfScope: [String]
    ) -> ProductModel {
        let drafts =
            entities.isEmpty ? [BriefDraft.Entity(name: "Item", fields: [])] : Array(entities.prefix(maximumEntities))
        let entities = EntityBuilder.entities(of: drafts)
        let title = title.isEmpty ? BriefTitle.made(of: drafts.map(\.name)) : title
        return ProductModel(
            title: title, goal: goal, package: PythonNaming.package(title), entities: entities, rules: [],
            outOfScope: outOfScope, operations: entities.map { _ in [:] }, commandLine: nil, requirementIDs: [])
    }
}
