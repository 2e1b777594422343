package import Kernel

/// What another brief changes in this one, found by comparing item by item: no model has a say in it.
///
/// An item that is worded differently and mostly says the same counts as changed; whatever else differs was added or
/// removed. The order of items means nothing.
package struct BriefChanges: Sendable, Equatable {
    package struct Item: Sendable, Equatable {
        package let section: String
        package let text: String
    }

    package struct Change: Sendable, Equatable {
        package let section: String
        package let before: String
        package let after: String
    }

    package private(set) var added: [Item] = []
    package private(set) var removed: [Item] = []
    package private(set) var changed: [Change] = []

    package var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }

    package init(from old: Brief, to new: Brief) {
        compare("title", [old.title], [new.title])
        compare("goal", [old.goal], [new.goal])
        compare("users", old.users, new.users)
        compare("stories", old.stories, new.stories)
        compare(old.entities, new.entities)
        compare("rules", old.rules, new.rules)
        compare("constraints", old.constraints, new.constraints)
        compare("out_of_scope", old.outOfScope, new.outOfScope)
        compare("open_questions", old.openQuestions, new.openQuestions)
    }

    /// A title and a goal there always is one of, so two that share no word are still one that changed.
    private mutating func compare(_ section: String, _ old: [String], _ new: [String]) {
        let (before, after) = (Set(old), Set(new))
        var gone = old.filter { !after.contains($0) }
        for item in new where !before.contains(item) {
            let isOnly = section == "title" || section == "goal"
            let nearest = gone.indices.max { Self.likeness(gone[$0], item) < Self.likeness(gone[$1], item) }
            if let nearest, isOnly || Self.likeness(gone[nearest], item) >= 0.5 {
                changed.append(Change(section: section, before: gone.remove(at: nearest), after: item))
            } else {
                added.append(Item(section: section, text: item))
            }
        }
        removed += gone.map { Item(section: section, text: $0) }
    }

    private mutating func compare(_ old: [Entity], _ new: [Entity]) {
        for entity in new {
            guard let former = old.first(where: { $0.name == entity.name }) else {
                added.append(Item(section: "entities", text: Self.text(of: entity)))
                continue
            }
            for field in entity.fields {
                let text = Self.text(of: field, in: entity)
                guard let before = former.fields.first(where: { $0.name == field.name }) else {
                    added.append(Item(section: "entities", text: text))
                    continue
                }
                guard before != field else { continue }
                changed.append(
                    Change(section: "entities", before: Self.text(of: before, in: former), after: text))
            }
            for field in former.fields where !entity.fields.contains(where: { $0.name == field.name }) {
                removed.append(Item(section: "entities", text: Self.text(of: field, in: former)))
            }
        }
        for entity in old where !new.contains(where: { $0.name == entity.name }) {
            removed.append(Item(section: "entities", text: Self.text(of: entity)))
        }
    }

    private static func text(of entity: Entity) -> String {
        "\(entity.name): \(entity.fields.map(\.name).joined(separator: ", "))"
    }

    private static func text(of field: Entity.Field, in entity: Entity) -> String {
        "\(entity.name).\(field.name) (\(field.type.rawValue)\(field.isRequired ? ", required" : ""))"
    }

    /// The share of words that two texts have in common, from 0 to 1 (Jaccard).
    private static func likeness(_ left: String, _ right: String) -> Double {
        func words(_ text: String) -> Set<Substring> {
            Set(text.lowercased().split { !$0.isLetter && !$0.isNumber }.map { $0 })
        }
        let (left, right) = (words(left), words(right))
        let all = left.union(right).count
        return all == 0 ? 0 : Double(left.intersection(right).count) / Double(all)
    }

    package var json: JSON {
        func items(_ items: [Item]) -> JSON {
            .array(items.map { ["section": .string($0.section), "text": .string($0.text)] })
        }
        return [
            "added": items(added), "removed": items(removed),
            "changed": .array(
                changed.map {
                    ["section": .string($0.section), "before": .string($0.before), "after": .string($0.after)]
                }),
        ]
    }
}
