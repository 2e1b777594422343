/// Entities and relations as a Mermaid `erDiagram` (the grammar is Mermaid's `erDiagram.jison`).
///
/// Names are reduced to letters, digits, spaces and hyphens and stand in quotation marks: nothing that a brief or a
/// model wrote can be a keyword, end a statement or reach the page around the diagram.
struct ERDiagram {
    private let spec: Spec
    /// The name in the diagram of each entity.
    private let names: [String: String]

    init(_ spec: Spec) {
        self.spec = spec
        var taken: Set<String> = []
        var names: [String: String] = [:]
        for entity in spec.entities {
            let bare = Self.words(entity.name)
            let name = bare.isEmpty ? "Entity" : bare
            var unique = name
            var number = 2
            while !taken.insert(unique.lowercased()).inserted {
                unique = "\(name) \(number)"
                number += 1
            }
            names[entity.name] = unique
        }
        self.names = names
    }

    var text: String {
        var lines = ["erDiagram"]
        for relation in spec.relations {
            guard let from = names[relation.from], let to = names[relation.to] else { continue }
            let verb = Self.words(relation.verb)
            lines.append(
                "    \"\(from)\" \(relation.fromCount.left)--\(relation.toCount.right) \"\(to)\" : "
                    + "\"\(verb.isEmpty ? "has" : verb)\"")
        }
        for entity in spec.entities {
            guard let name = names[entity.name] else { continue }
            lines.append("    \"\(name)\" {")
            for field in entity.fields {
                lines.append(
                    "        \(Self.type(field)) \(Self.identifier(field.name))"
                        + (field.type == .reference ? " FK" : "") + (field.isRequired ? "" : " \"optional\""))
            }
            lines.append("    }")
        }
        return lines.joined(separator: "\n")
    }

    private static func type(_ field: Entity.Field) -> String { field.type.rawValue }

    /// Letters, digits, spaces and hyphens. "direction LR", even inside quotation marks, would turn the diagram around.
    private static func words(_ text: String) -> String {
        let kept = text.prefix(100).map { character -> Character in
            let isPlain = character.unicodeScalars.count == 1 && (character.isLetter || character.isNumber)
            return isPlain || character == "-" ? character : " "
        }
        let words = String(kept).split(separator: " ")
        return words.reduce("") { text, word in
            text.isEmpty ? String(word) : text + (text.lowercased().hasSuffix("direction") ? "-" : " ") + word
        }
    }

    /// A name for an attribute: ASCII letters, digits and `_`, and none of the words for keys.
    private static func identifier(_ name: String) -> String {
        let kept = name.prefix(100).map { character -> Character in
            character.isASCII && (character.isLetter || character.isNumber) || isBeyondASCII(character)
                ? character : "_"
        }
        let name = String(kept)
        let isKey = ["pk", "fk", "uk"].contains { name.lowercased() == $0 || name.lowercased().hasPrefix($0 + "_") }
        let startsWell = name.first?.isLetter == true || name.first == "_"
        return name.allSatisfy { $0 == "_" } ? "field" : startsWell && !isKey ? name : "_" + name
    }

    /// The letters that Mermaid's grammar takes besides ASCII's.
    private static func isBeyondASCII(_ character: Character) -> Bool {
        guard character.isLetter, character.unicodeScalars.count == 1, let scalar = character.unicodeScalars.first
        else { return false }
        return (0xC0...0xFFFF).contains(scalar.value)
    }
}

extension Relation.Count {
    /// At the left end of a line.
    fileprivate var left: String {
        switch self {
        case .zeroOrOne: "|o"
        case .exactlyOne: "||"
        case .zeroOrMore: "}o"
        case .oneOrMore: "}|"
        }
    }

    fileprivate var right: String {
        switch self {
        case .zeroOrOne: "o|"
        case .exactlyOne: "||"
        case .zeroOrMore: "o{"
        case .oneOrMore: "|{"
        }
    }
}
