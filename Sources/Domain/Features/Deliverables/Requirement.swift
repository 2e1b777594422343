package import Kernel

/// One testable statement about what will be built.
package struct Requirement: Sendable, Equatable {
    /// `R1`, `R2`, …: what everything downstream refers to.
    package let id: String
    package let kind: Kind
    /// The shape of `text`; `nil` in specifications from before requirements had one.
    package let pattern: RequirementPattern?
    package let text: String
    /// How anyone can tell that it holds.
    package let acceptance: [String]

    package enum Kind: String, Sendable, CaseIterable {
        /// Something it does.
        case functional
        /// How well it does what it does: speed, safety, privacy, ease, upkeep.
        case quality
    }

    package init(
        id: String, kind: Kind = .functional, pattern: RequirementPattern? = nil, text: String, acceptance: [String]
    ) {
        self.id = id
        self.kind = kind
        self.pattern = pattern
        self.text = text
        self.acceptance = acceptance
    }

    static func schema(_ form: Form) -> JSONSchema {
        .object([
            .required("id", .prose("R1, R2, … without gaps.", upTo: 5)),
            form.member(
                "kind",
                .choice(Kind.allCases.map(\.rawValue), "functional: what it does; quality: how well it does it.")),
            form.member(
                "pattern",
                .choice(RequirementPattern.allCases.map(\.rawValue), "The EARS pattern that text is written in.")),
            .required("text", .prose("One sentence of that pattern: one behaviour.", upTo: 2_000)),
            .required("acceptance", .list("Observable checks, each true or false.", count: 1...30)),
        ])
    }

    init(checked: CheckedJSON) {
        self.init(
            id: checked.text("id"), kind: Kind(rawValue: checked.text("kind")) ?? .functional,
            pattern: RequirementPattern(rawValue: checked.text("pattern")), text: checked.text("text"),
            acceptance: checked.texts("acceptance"))
    }

    package var json: JSON {
        var members: [(String, JSON)] = [("id", .string(id)), ("kind", .string(kind.rawValue))]
        if let pattern { members.append(("pattern", .string(pattern.rawValue))) }
        members += [("text", .string(text)), ("acceptance", .texts(acceptance))]
        return .object(JSONObject(members))
    }
}

extension Violations {
    /// Each sentence is of its pattern.
    mutating func requirePatterns(_ requirements: [Requirement]) {
        for requirement in requirements {
            if let fault = requirement.pattern?.fault(in: requirement.text) {
                add("requirement \(requirement.id) \(quoted(requirement.text)) \(fault)")
            }
        }
    }
}
