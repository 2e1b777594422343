package import Kernel

/// How two kinds of data belong together: each `from` has so many `to`, and each `to` so many `from`.
package struct Relation: Sendable, Equatable {
    package let from: String
    /// How many `from` each `to` has.
    package let fromCount: Count
    /// What one does with the other: "borrows", "belongs to".
    package let verb: String
    package let to: String
    /// How many `to` each `from` has.
    package let toCount: Count

    /// The ends of a line in an entity-relationship diagram.
    package enum Count: String, Sendable, CaseIterable {
        case zeroOrOne = "zero_or_one"
        case exactlyOne = "exactly_one"
        case zeroOrMore = "zero_or_more"
        case oneOrMore = "one_or_more"

        var words: String { rawValue.replacing("_", with: " ") }
    }

    package init(from: String, fromCount: Count, verb: String, to: String, toCount: Count) {
        self.from = from
        self.fromCount = fromCount
        self.verb = verb
        self.to = to
        self.toCount = toCount
    }

    static let schema = JSONSchema.object([
        .required("from", .prose("The name of an entity.", upTo: 100)),
        .required("from_count", .choice(Count.allCases.map(\.rawValue), "How many of from each of to has.")),
        .required("verb", .prose("What from does with to: borrows, contains.", upTo: 60)),
        .required("to", .prose("The name of an entity; it may be the same.", upTo: 100)),
        .required("to_count", .choice(Count.allCases.map(\.rawValue), "How many of to each of from has.")),
    ])

    init(checked: CheckedJSON) {
        self.init(
            from: checked.text("from"), fromCount: Count(rawValue: checked.text("from_count")) ?? .zeroOrMore,
            verb: checked.text("verb"), to: checked.text("to"),
            toCount: Count(rawValue: checked.text("to_count")) ?? .zeroOrMore)
    }

    package var json: JSON {
        [
            "from": .string(from), "from_count": .string(fromCount.rawValue), "verb": .string(verb), "to": .string(to),
            "to_count": .string(toCount.rawValue),
        ]
    }
}

extension Violations {
    /// Relations join entities that are there, and no entity refers to another without one.
    mutating func requireSound(_ relations: [Relation], among entities: [Entity]) {
        let known = Set(entities.map(\.name))
        for (index, relation) in relations.enumerated() {
            for name in [relation.from, relation.to] {
                require(
                    known.contains(name), "relations[\(index)] names the entity \(quoted(name)), which is not there")
            }
        }
        let related = Set(relations.flatMap { [$0.from, $0.to] })
        for entity in entities where !related.contains(entity.name) {
            if let field = entity.fields.first(where: { $0.type == .reference }) {
                add(
                    "entity \(quoted(entity.name)) refers to another by \(quoted(field.name)), but no relation names it: "
                        + "add one to relations")
            }
        }
    }
}
