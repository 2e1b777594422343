import Kernel

/// What the spec says, in the shape from which plan, tests and code are made. Every agent derives it from the same
/// spec, so that tests written before the code fit the code.
struct ProductModel: Sendable, Equatable {
    /// A requirement that stands for something a person can do with one kind of record.
    enum Operation: String, Sendable, CaseIterable {
        case create, list, change, delete
    }

    /// A rule of the brief with the id of its requirement.
    struct Rule: Sendable, Equatable {
        let id: String
        let text: String
        /// Empty when the rule was not understood: then it is a policy that people keep, and the project lists it.
        let meanings: [RuleMeaning]
    }

    var title: String
    var goal: String
    var package: String
    var entities: [RecordKind]
    var rules: [Rule]
    var outOfScope: [String]
    /// Requirement ids of operations by entity index, and of the command line; absent when the spec dropped them.
    var operations: [[Operation: String]]
    var commandLine: String?

    /// Every requirement id that the project answers, in the order of the spec.
    var requirementIDs: [String]

    var policies: [Rule] { rules.filter(\.meanings.isEmpty) }

    func id(_ operation: Operation, _ entity: Int) -> String? { operations[entity][operation] }
}

extension ProductModel.Operation {
    /// The requirement as the spec words it. The same words are looked for when a spec is read back.
    func requirement(for entity: RecordKind, among entities: [RecordKind]) -> String {
        BriefFinisher.shorten(sentence(for: entity, among: entities), to: 1_900)
    }

    private func sentence(for entity: RecordKind, among entities: [RecordKind]) -> String {
        let one = EnglishWords.indefinite(entity.label)
        switch self {
        case .create:
            let fields = entity.fields.map { field in
                let target = field.target.map { " to \(EnglishWords.indefinite(entities[$0].label))" } ?? ""
                return "\(field.label) (\(field.type.label)\(target)\(field.isRequired ? ", required" : ""))"
            }
            return "Create \(one) with \(EnglishWords.list(fields)); refuse missing or wrong values."
        case .list: return "List all \(entity.plural) and show a single \(entity.label)."
        case .change: return "Change \(one), under the same rules as a new one."
        case .delete: return "Delete \(one), unless other records refer to it."
        }
    }
}

extension ProductModel {
    static let commandLineRequirement = "Offer every operation and the list of rules on the command line."
}
