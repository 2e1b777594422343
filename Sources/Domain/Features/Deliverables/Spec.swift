package import Kernel

/// What will be built: numbered requirements that plans, tests and reviews refer to.
package struct Spec: Deliverable {
    package static let kind = DeliverableKind.spec

    package let summary: String
    package let requirements: [Requirement]
    package let entities: [Entity]
    package let operations: [Operation]
    package let outOfScope: [String]

    package init(
        summary: String, requirements: [Requirement], entities: [Entity] = [], operations: [Operation] = [],
        outOfScope: [String] = []
    ) {
        self.summary = summary
        self.requirements = requirements
        self.entities = entities
        self.operations = operations
        self.outOfScope = outOfScope
    }

    package var requirementIDs: Set<String> { Set(requirements.map(\.id)) }

    package static let schema = JSONSchema.object([
        .required("summary", .prose("What will be built, for a reader who has not seen the brief.", upTo: 4_000)),
        .required(
            "requirements", .array(Requirement.schema, "One testable statement each, R1, R2, …", count: 1...200)),
        .required("entities", .array(Entity.schema, "The data model.", count: 0...60)),
        .required("operations", .array(Operation.schema, "What can be done with it.", count: 0...120)),
        .required("out_of_scope", .list("What this specification leaves out on purpose.")),
    ])

    package init(json: JSON) throws(DeliverableError) {
        try Violations.check(json, against: Self.schema)
        let checked = CheckedJSON(json)
        self.init(
            summary: checked.text("summary"),
            requirements: checked.objects("requirements").map(Requirement.init(checked:)),
            entities: checked.objects("entities").map(Entity.init(checked:)),
            operations: checked.objects("operations").map(Operation.init(checked:)),
            outOfScope: checked.texts("out_of_scope"))
        var violations = Violations()
        violations.requireIDs(requirements.map(\.id), of: .requirement, in: "requirements")
        violations.requireSound(entities)
        violations.requireUnique(operations.map(\.name), "the operation", in: "operations")
        let known = requirementIDs
        for operation in operations {
            for id in operation.requirements {
                violations.require(
                    known.contains(id),
                    "operation \(quoted(operation.name)) names the requirement \(quoted(id)), which is not in requirements"
                )
            }
        }
        try violations.check()
    }

    package var json: JSON {
        [
            "summary": .string(summary), "requirements": .array(requirements.map(\.json)),
            "entities": .array(entities.map(\.json)), "operations": .array(operations.map(\.json)),
            "out_of_scope": .texts(outOfScope),
        ]
    }

    package func markdown() -> String {
        var page = MarkdownPage()
        page.heading(1, "Specification")
        page.prose(summary)
        page.heading(2, "Requirements")
        for requirement in requirements {
            page.heading(3, requirement.id)
            page.prose(requirement.text)
            page.line("Done when:")
            page.checklist(requirement.acceptance)
        }
        page.section("Data", entities: entities)
        if !operations.isEmpty {
            page.heading(2, "Operations")
            page.table(
                ["Operation", "What it does", "Requirements"],
                operations.map { operation in
                    [
                        MarkdownPage.code(operation.name), MarkdownPage.inline(operation.summary),
                        MarkdownPage.inline(operation.requirements.joined(separator: ", ")),
                    ]
                })
        }
        page.section("Not part of this", list: outOfScope)
        return page.text
    }
}
