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
            return
                "When a person adds \(one), the system shall keep it with \(EnglishWords.list(fields)) and refuse missing or "
                + "wrong values."
        case .list:
            return
                "When a person asks for \(entity.plural), the system shall list all of them or show a single one."
        case .change:
            return
                "When a person changes \(one), the system shall keep the new values under the rules for a new one."
        case .delete:
            return
                "When a person deletes \(one), the system shall remove it, unless other records refer to it."
        }
    }
}

extension ProductModel {
    static let commandLineRequirement =
        "The system shall offer every operation and the list of rules on the command line."
}

extension ProductModel.Rule {
    /// How the spec words a rule that the program keeps, and one that people keep, around the rule's own words.
    private static let enforced = (
        "If something would break the rule \"", "\", then the system shall refuse it and name the rule."
    )
    private static let listed = ("The system shall list the policy \"", "\" for people to keep.")

    /// The requirement as the spec words it.
    var requirement: String {
        let (before, after) = meanings.isEmpty ? Self.listed : Self.enforced
        return before + text + after
    }

    /// The words of the rule in a requirement; all of it where the spec words it otherwise.
    static func text(in requirement: String) -> String {
        for (before, after) in [enforced, listed] where requirement.hasPrefix(before) && requirement.hasSuffix(after) {
            let middle = requirement.dropFirst(before.count)
            if middle.count > after.count { return String(middle.dropLast(after.count)) }
        }
        return requirement
    }

    /// A rule's text as it can stand between quotation marks.
    static func quotable(_ text: String) -> String {
        String(text.map { "\"“”".contains($0) ? "’" : $0 })
    }
}
