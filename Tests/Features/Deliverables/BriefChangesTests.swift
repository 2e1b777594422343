import Testing

@testable import Features

@Suite("What one brief changes in another")
struct BriefChangesTests {
    private let old = Brief(
        title: "Tools", goal: "Members borrow tools.", users: ["members"],
        entities: [
            Entity(
                name: "Tool",
                fields: [
                    .init(name: "title", type: .text, isRequired: true),
                    .init(name: "price", type: .integer, isRequired: false),
                ]),
            Entity(name: "Loan", fields: [.init(name: "tool", type: .reference, isRequired: true)]),
        ],
        rules: ["A member may have at most 5 loans.", "A broken tool is not lent."])

    @Test func `equal briefs change nothing, whatever the order`() {
        let shuffled = Brief(
            title: old.title, goal: old.goal, users: old.users, entities: old.entities.reversed(),
            rules: old.rules.reversed())
        #expect(BriefChanges(from: old, to: old).isEmpty)
        #expect(BriefChanges(from: old, to: shuffled).isEmpty)
    }

    @Test func `an item worded anew is changed, others are added or removed`() {
        let new = Brief(
            title: "Tool library", goal: old.goal, users: ["members", "volunteers"], entities: old.entities,
            rules: ["A member may have at most 3 loans."])
        let changes = BriefChanges(from: old, to: new)
        #expect(
            changes.changed == [
                .init(section: "title", before: "Tools", after: "Tool library"),
                .init(
                    section: "rules", before: "A member may have at most 5 loans.",
                    after: "A member may have at most 3 loans."),
            ])
        #expect(changes.added == [.init(section: "users", text: "volunteers")])
        #expect(changes.removed == [.init(section: "rules", text: "A broken tool is not lent.")])
    }

    @Test func `entities are compared field by field`() {
        let new = Brief(
            title: old.title, goal: old.goal, users: old.users,
            entities: [
                Entity(
                    name: "Tool",
                    fields: [
                        .init(name: "title", type: .text, isRequired: true),
                        .init(name: "price", type: .decimal, isRequired: false),
                        .init(name: "colour", type: .text, isRequired: false),
                    ]),
                Entity(name: "Fee", fields: [.init(name: "amount", type: .decimal, isRequired: true)]),
            ], rules: old.rules)
        let changes = BriefChanges(from: old, to: new)
        #expect(
            changes.added == [
                .init(section: "entities", text: "Tool.colour (text)"),
                .init(section: "entities", text: "Fee: amount"),
            ])
        #expect(changes.removed == [.init(section: "entities", text: "Loan: tool")])
        #expect(
            changes.changed == [
                .init(section: "entities", before: "Tool.price (integer)", after: "Tool.price (decimal)")
            ])
    }
}
