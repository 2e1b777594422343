import Kernel

/// Writes the specification: four requirements for each kind of record, one for each rule, one for the command line.
enum SpecRole {
    static func reply(to exchange: Exchange) -> [BrainBlock] {
        if let sentBack = SentBack(exchange) { return [.tool(name: "submit_spec", input: sentBack.mendedSpec())] }
        let brief = exchange.json("brief").flatMap(BriefDraft.init) ?? BriefReader.read(exchange.section("brief") ?? "")
        return [.tool(name: "submit_spec", input: spec(of: brief))]
    }

    static func spec(of brief: BriefDraft) -> JSON {
        let product = ProductBuilder.product(of: brief)
        var requirements: [JSON] = []
        func require(
            _ id: String?, _ pattern: String, _ text: String, _ acceptance: [String], kind: String = "functional"
        ) {
            guard let id else { return }
            requirements.append([
                "id": .string(id), "kind": .string(kind), "pattern": .string(pattern), "text": .string(text),
                "acceptance": .texts(acceptance),
            ])
        }
        for (index, entity) in product.entities.enumerated() {
            for operation in ProductModel.Operation.allCases {
                require(
                    product.id(operation, index), "event_driven",
                    operation.requirement(for: entity, among: product.entities),
                    operation.acceptance(for: entity))
            }
        }
        for (index, rule) in product.rules.enumerated() {
            // What the brief calls a constraint says how it must be, not what it does.
            require(
                rule.id, rule.meanings.isEmpty ? "ubiquitous" : "unwanted_behaviour", rule.requirement,
                acceptance(of: rule), kind: index < brief.rules.count ? "functional" : "quality")
        }
        require(
            product.commandLine, "ubiquitous", ProductModel.commandLineRequirement,
            [
                "Each kind of record can be added, listed, shown, changed and deleted by a command.",
                "A refused command says why and ends with exit code 1.",
                "One command lists all rules and who keeps them.",
            ])
        let names = product.entities.enumerated().map { name(of: $1, in: brief, at: $0) }
        let entities = product.entities.enumerated().map { index, entity in specified(entity, as: names[index]) }
        return [
            "summary": .string("\(product.title): \(summary(of: product))"), "requirements": .array(requirements),
            "entities": .array(entities), "relations": .array(relations(of: product, named: names)),
            "operations": .array(SpecOperations.of(product, entities: names)),
            "out_of_scope": .texts(product.outOfScope),
        ]
    }

    private static func summary(of product: ProductModel) -> String {
        let goal = product.goal.isEmpty ? "Keep \(EnglishWords.list(product.entities.map(\.plural)))." : product.goal
        return BriefFinisher.shorten(goal, to: 1_000)
            + " A command-line program in Python that keeps its records in one SQLite file."
    }

    private static func acceptance(of rule: ProductModel.Rule) -> [String] {
        if rule.meanings.isEmpty {
            return [
                "The rule stands in the list of rules, word for word, as a policy that people keep: software cannot check it."
            ]
        }
        return ["What breaks the rule is refused, and the refusal names it.", "What keeps the rule is accepted."]
    }

    /// The entity under the name the brief gave it, its fields as they will be built.
    private static func specified(_ entity: RecordKind, as name: String) -> JSON {
        let fields = entity.fields.map { field in
            BriefDraft.Field(name: field.specifiedName, type: field.type, isRequired: field.isRequired)
        }
        return BriefDraft.Entity(name: name, fields: fields).json
    }

    private static func name(of entity: RecordKind, in brief: BriefDraft, at index: Int) -> String {
        brief.entities.indices.contains(index) ? brief.entities[index].name : entity.className
    }

    /// One for each reference.
    private static func relations(of product: ProductModel, named names: [String]) -> [JSON] {
        let relations = product.entities.enumerated().flatMap { index, entity in
            entity.fields.compactMap { field -> JSON? in
                guard let target = field.target else { return nil }
                return [
                    "from": .string(names[target]), "from_count": field.isRequired ? "exactly_one" : "zero_or_one",
                    "verb": "has", "to": .string(names[index]), "to_count": "zero_or_more",
                ]
            }
        }
        return Array(relations.prefix(200))
    }
}

extension ProductModel.Operation {
    func acceptance(for entity: RecordKind) -> [String] {
        let one = EnglishWords.indefinite(entity.label)
        switch self {
        case .create:
            let required = entity.fields.filter(\.isRequired).map(\.label)
            let missing =
                required.isEmpty
                ? [] : ["Without \(EnglishWords.list(Array(required.prefix(12)), last: "or")), it is refused."]
            let references =
                entity.references.isEmpty ? [] : ["A reference to a record that does not exist is refused."]
            return ["With valid values, \(one) is kept and gets a number."] + missing + references
                + ["A value of a wrong type and an unknown field are refused."]
        case .list:
            return [
                "All \(entity.plural) are shown, oldest first.", "A number that does not exist is answered as unknown.",
            ]
        case .change:
            return [
                "The new values are kept; values not named stay.",
                "A change that breaks a rule is refused and changes nothing.",
            ]
        case .delete:
            return [
                "A deleted \(entity.label) is not found any more.",
                "It stays while other records refer to it, and the refusal says so.",
            ]
        }
    }
}

extension ProductModel.Rule {
    /// Whether an operation on a kind of record can break the rule.
    func concerns(_ index: Int, _ operation: ProductModel.Operation) -> Bool {
        meanings.contains { meaning in
            switch meaning {
            case .undeletable(let entity, _, _): entity == index && operation == .delete
            case .keptWhileUsed(let parent, _): parent == index && operation == .delete
            case .frozen(let entity, _, _): entity == index && operation == .change
            case .limit(let child, _, _, _), .once(let child, _, _), .capacity(let child, _, _),
                .exclusive(let child, _),
                .referenceState(let child, _, _, _):
                child == index && operation != .delete
            case .order(let entity, _, _, _), .duration(let entity, _, _, _), .overlap(let entity, _, _, _),
                .step(let entity, _, _):
                entity == index && operation != .delete
            default: meaning.path?.entity == index && operation != .delete
            }
        }
    }
}
