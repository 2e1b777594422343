package import Kernel

/// What will be built: numbered requirements that plans, tests and reviews refer to.
package struct Spec: Deliverable {
    package static let kind = DeliverableKind.spec

    package let summary: String
    package let requirements: [Requirement]
    package let entities: [Entity]
    package let relations: [Relation]
    package let operations: [Operation]
    package let outOfScope: [String]

    package init(
        summary: String, requirements: [Requirement], entities: [Entity] = [], relations: [Relation] = [],
        operations: [Operation] = [], outOfScope: [String] = []
    ) {
        self.summary = summary
        self.requirements = requirements
        self.entities = entities
        self.relations = relations
        self.operations = operations
        self.outOfScope = outOfScope
    }

    package var requirementIDs: Set<String> { Set(requirements.map(\.id)) }

    package static let schema = makeSchema(.new)
    private static let storedSchema = makeSchema(.stored)

    /// What the agent is asked for on a track.
    package static func schema(_ track: Track) -> JSONSchema { makeSchema(.new, track.limits) }

    private static func makeSchema(_ form: Form, _ limits: Track.Limits = Track.full.limits) -> JSONSchema {
        .object([
            .required("summary", .prose("What will be built, for a reader who has not seen the brief.", upTo: 4_000)),
            .required(
                "requirements",
                .array(
                    Requirement.schema(form), "One testable statement each, R1, R2, …", count: 1...limits.requirements)),
            .required("entities", .array(Entity.schema, "The data model.", count: 0...60)),
            form.member("relations", .array(Relation.schema, "How the entities belong together.", count: 0...200)),
            .required(
                "operations", .array(Operation.schema(form), "What can be done with it.", count: 0...limits.operations)),
            .required("out_of_scope", .list("What this specification leaves out on purpose.")),
        ])
    }

    package init(json: JSON) throws(DeliverableError) { try self.init(json, .new) }

    package init(stored json: JSON) throws(DeliverableError) { try self.init(json, .stored) }

    private init(_ json: JSON, _ form: Form) throws(DeliverableError) {
        try Violations.check(json, against: form == .new ? Self.schema : Self.storedSchema)
        let checked = CheckedJSON(json)
        self.init(
            summary: checked.text("summary"),
            requirements: checked.objects("requirements").map(Requirement.init(checked:)),
            entities: checked.objects("entities").map(Entity.init(checked:)),
            relations: checked.objects("relations").map(Relation.init(checked:)),
            operations: checked.objects("operations").map(Operation.init(checked:)),
            outOfScope: checked.texts("out_of_scope"))
        var violations = Violations()
        violations.requireIDs(requirements.map(\.id), of: .requirement, in: "requirements")
        violations.requireSound(entities)
        violations.requireSound(operations, in: self)
        if form == .new {
            violations.requirePatterns(requirements)
            violations.requireSound(relations, among: entities)
        }
        try violations.check()
    }

    package var json: JSON {
        [
            "summary": .string(summary), "requirements": .array(requirements.map(\.json)),
            "entities": .array(entities.map(\.json)), "relations": .array(relations.map(\.json)),
            "operations": .array(operations.map(\.json)),
            "out_of_scope": .texts(outOfScope),
        ]
    }
}
