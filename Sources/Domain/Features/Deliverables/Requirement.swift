package import Kernel

/// One testable statement about what will be built.
package struct Requirement: Sendable, Equatable {
    /// `R1`, `R2`, …: what everything downstream refers to.
    package let id: String
    package let text: String
    /// How anyone can tell that it holds.
    package let acceptance: [String]

    package init(id: String, text: String, acceptance: [String]) {
        self.id = id
        self.text = text
        self.acceptance = acceptance
    }

    static let schema = JSONSchema.object([
        .required("id", .prose("R1, R2, … without gaps.", upTo: 5)),
        .required("text", .prose("When …, the system shall …: one behaviour.", upTo: 2_000)),
        .required("acceptance", .list("Observable checks, each true or false.", count: 1...30)),
    ])

    init(checked: CheckedJSON) {
        self.init(id: checked.text("id"), text: checked.text("text"), acceptance: checked.texts("acceptance"))
    }

    package var json: JSON { ["id": .string(id), "text": .string(text), "acceptance": .texts(acceptance)] }
}

/// Something that can be done with what will be built: a command, a call, a page's action.
package struct Operation: Sendable, Equatable {
    package let name: String
    package let summary: String
    package let requirements: [String]

    package init(name: String, summary: String, requirements: [String]) {
        self.name = name
        self.summary = summary
        self.requirements = requirements
    }

    static let schema = JSONSchema.object([
        .required("name", .prose("snake_case verb and noun: cancel_booking.", upTo: 120)),
        .required("summary", .prose("What it takes, does and answers, errors included.", upTo: 2_000)),
        .required("requirements", .list("Ids of the requirements it serves.", of: 5)),
    ])

    init(checked: CheckedJSON) {
        self.init(
            name: checked.text("name"), summary: checked.text("summary"), requirements: checked.texts("requirements"))
    }

    package var json: JSON {
        ["name": .string(name), "summary": .string(summary), "requirements": .texts(requirements)]
    }
}
