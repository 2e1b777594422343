/// Makes Python-safe entities of those a brief or spec names.
enum EntityBuilder {
    static func entities(of drafts: [BriefDraft.Entity]) -> [RecordKind] {
        var names: Set<String> = []
        var collections: Set<String> = []
        var classes: Set<String> = []
        let identifiers = drafts.map { draft in
            let snake = PythonNaming.unique(PythonNaming.record(singular(draft.name)), among: &names)
            let collection = PythonNaming.unique(plural(snake), among: &collections)
            return (
                snake: snake, collection: collection,
                type: PythonNaming.unique(PythonNaming.className(snake), among: &classes)
            )
        }
        let displayNames = drafts.map(\.name)
        var entities = drafts.enumerated().map { index, draft in
            let label = label(draft.name)
            return RecordKind(
                label: label, plural: BriefFinisher.plural(label), className: identifiers[index].type,
                name: identifiers[index].snake, collection: identifiers[index].collection,
                fields: fields(of: draft, entities: displayNames))
        }
        loosenCircles(in: &entities)
        return entities
    }

    private static func fields(of draft: BriefDraft.Entity, entities: [String]) -> [RecordField] {
        var names: Set<String> = ["id"]
        var fields: [RecordField] = []
        for field in draft.fields.prefix(30) {
            var bare = clean(field.name)
            let isReference = field.type == .reference || bare.hasSuffix(" id")
            if isReference && bare.hasSuffix(" id") { bare.removeLast(3) }
            let target = isReference ? EntityName.matches(bare, entities).flatMap(entities.firstIndex) : nil
            let python = PythonNaming.field(bare)
            guard python != "id_", !bare.isEmpty else { continue }
            // A reference to something that is no entity is kept as text.
            let type: ValueType = target != nil ? .reference : field.type == .reference ? .text : field.type
            let name = PythonNaming.unique(
                target == nil ? python : PythonNaming.snake(bare, fallback: "field") + "_id", among: &names)
            fields.append(
                RecordField(label: bare, name: name, type: type, isRequired: field.isRequired, target: target))
        }
        if fields.isEmpty {
            fields = [RecordField(label: "name", name: "name", type: .text, isRequired: true, target: nil)]
        }
        return fields
    }

    /// A record that needs another of its own kind, or two kinds that need each other, could never be created:
    /// the reference that closes the circle becomes optional.
    private static func loosenCircles(in entities: inout [RecordKind]) {
        for index in entities.indices {
            for position in entities[index].fields.indices {
                let field = entities[index].fields[position]
                guard let target = field.target, field.isRequired else { continue }
                if needs(target, index, in: entities, seen: []) { entities[index].fields[position].isRequired = false }
            }
        }
    }

    private static func needs(_ from: Int, _ wanted: Int, in entities: [RecordKind], seen: Set<Int>) -> Bool {
        if from == wanted { return true }
        if seen.contains(from) { return false }
        return entities[from].fields.contains { field in
            guard let target = field.target, field.isRequired else { return false }
            return needs(target, wanted, in: entities, seen: seen.union([from]))
        }
    }

    /// Letters, digits, spaces, hyphens and apostrophes: what may stand in any text of the generated project.
    private static func clean(_ name: String) -> String {
        let kept = name.prefix(60).map { $0.isLetter || $0.isNumber || "-'".contains($0) ? $0 : " " }
        return String(kept).split(separator: " ").joined(separator: " ")
    }

    private static func label(_ name: String) -> String {
        let label = clean(name)
        return (label.isEmpty ? "item" : label).split(separator: " ").map { word in
            let isAbbreviation = word.count > 1 && word.allSatisfy { $0.isUppercase || $0.isNumber }
            return isAbbreviation ? String(word) : word.lowercased()
        }.joined(separator: " ")
    }

    private static func singular(_ name: String) -> String {
        var words = name.split(whereSeparator: { $0 == " " || $0 == "_" }).map(String.init)
        if let last = words.last { words[words.count - 1] = EnglishWords.singular(last.lowercased()) }
        return words.joined(separator: " ")
    }

    private static func plural(_ snake: String) -> String {
        var words = snake.split(separator: "_").map(String.init)
        if let last = words.last { words[words.count - 1] = EnglishWords.plural(last) }
        return words.joined(separator: "_")
    }
}
