package import Kernel

/// What differs between two versions of a deliverable, item by item: what a later review looks at, and all it may raise
/// new objections about.
package struct DeliverableChanges: Sendable, Equatable {
    package struct Item: Sendable, Equatable {
        /// As people say it: `requirement R3`, `task T2`, `file tests/test_loans.py`.
        package let name: String
        /// `nil` when it is new.
        package let before: JSON?
        /// `nil` when it is gone.
        package let after: JSON?
        /// The requirements it is about, before or after.
        package let requirements: Set<String>
    }

    package let items: [Item]

    package var isEmpty: Bool { items.isEmpty }

    package var requirements: Set<String> { items.reduce(into: []) { $0.formUnion($1.requirements) } }

    /// The names of what was there and is not any more.
    package var removed: [String] { items.filter { $0.after == nil }.map(\.name) }

    package var json: JSON {
        .array(items.map { ["item": .string($0.name), "before": $0.before ?? .null, "after": $0.after ?? .null] })
    }

    /// Whether the words stand in something that was changed, as it was or as it is.
    package func contain(_ quote: String) -> Bool {
        items.contains { item in [item.before, item.after].contains { $0?.holds(quote) == true } }
    }

    /// Two writings of the same kind; `nil` stands for nothing at all.
    package init(from before: (any Deliverable)?, to after: any Deliverable) {
        items = Self.compare(before.map(Self.items) ?? [], Self.items(of: after))
    }

    private static func items(of deliverable: any Deliverable) -> [Named] {
        switch deliverable {
        case let brief as Brief: brief.items
        case let spec as Spec: spec.items
        case let plan as Plan: plan.items
        case let tests as TestPlan: tests.items
        default: []
        }
    }

    fileprivate typealias Named = (name: String, value: JSON, requirements: [String])

    private static func compare(_ before: [Named], _ after: [Named]) -> [Item] {
        let earlier = Dictionary(before.map { ($0.name, $0) }) { first, _ in first }
        let later = Set(after.map(\.name))
        let changed = after.compactMap { item -> Item? in
            let old = earlier[item.name]
            guard old?.value != item.value else { return nil }
            return Item(
                name: item.name, before: old?.value, after: item.value,
                requirements: Set(item.requirements + (old?.requirements ?? [])))
        }
        let gone = before.filter { !later.contains($0.name) }.map {
            Item(name: $0.name, before: $0.value, after: nil, requirements: Set($0.requirements))
        }
        return changed + gone
    }
}

extension Brief {
    fileprivate var items: [DeliverableChanges.Named] {
        let lists = [
            ("user", users), ("story", stories), ("rule", rules), ("constraint", constraints),
            ("out of scope", outOfScope), ("open question", openQuestions),
        ]
        return [("title", .string(title), []), ("goal", .string(goal), [])]
            + lists.flatMap { what, texts in texts.map { ("\(what): \($0)", .string($0), []) } }
            + entities.map { ("entity \($0.name)", $0.json, []) }
    }
}

extension Spec {
    fileprivate var items: [DeliverableChanges.Named] {
        [("summary", .string(summary), []), ("what is out of scope", .texts(outOfScope), [])]
            + requirements.map { ("requirement \($0.id)", $0.json, [$0.id]) }
            + entities.map { ("entity \($0.name)", $0.json, []) }
            + relations.map { ("relation \($0.from) \($0.verb) \($0.to)", $0.json, []) }
            + operations.map { ("operation \($0.name)", $0.json, $0.requirements) }
    }
}

extension Plan {
    fileprivate var items: [DeliverableChanges.Named] {
        [("summary", .string(summary), [])] + tasks.map { ("task \($0.id)", $0.json, $0.requirements) }
    }
}

extension TestPlan {
    fileprivate var items: [DeliverableChanges.Named] {
        [("summary", .string(summary), [])] + cases.map { ("case \($0.id)", $0.json, $0.requirements) }
            + files.map { file in
                ("file \(file.path)", file.json, cases.filter { $0.file == file.path }.flatMap(\.requirements))
            }
    }
}

extension JSON {
    /// Whether some text in it contains these words, however they are spaced.
    package func holds(_ quote: String) -> Bool {
        let words = quote.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return !words.isEmpty && holds(words: words)
    }

    private func holds(words: String) -> Bool {
        switch self {
        case .string(let text):
            text.contains(words) || text.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(words)
        case .array(let items): items.contains { $0.holds(words: words) }
        case .object(let object): object.members.contains { $0.value.holds(words: words) }
        case .null, .bool, .integer, .number: false
        }
    }
}
