/// Reads one field of an entity as people write them: "copies (number, at least 1)", "due date: date", "an optional note".
struct FieldReader {
    /// Names of all entities of the brief, so that "member" is seen to be a reference.
    let entities: [String]

    /// The field, and what its notes say beyond type and need ("at least 1", "unique").
    struct Reading {
        var field: BriefDraft.Field
        var notes: [String]
    }

    func read(_ source: String) -> Reading? {
        var (name, notes) = Self.parts(of: source)
        var isOptional = false
        if name.hasSuffix("?") {
            name.removeLast()
            isOptional = true
        }
        var words = name.split(separator: " ").map(String.init)
        while let first = words.first?.lowercased(), words.count > 1, Self.openers.contains(first) {
            if first == "optional" || first == "optionally" || first == "maybe" { isOptional = true }
            if first == "unique" { notes.append("unique") }
            words.removeFirst()
        }
        if words.count >= 3, words[0].lowercased() == "number", words[1].lowercased() == "of" {
            words.removeFirst(2)
            notes.append("integer")
        }
        guard (1...4).contains(words.count), words[0].contains(where: { $0.isLetter }) else { return nil }
        let plain = words.joined(separator: " ")
        guard !Self.stops.contains(plain.lowercased()) else { return nil }
        let snake = PythonNaming.snake(plain, fallback: "")
        name = snake.isEmpty ? String(plain.lowercased().prefix(40)) : snake
        guard name != "id" && name != "_" else { return nil }

        var kept: [String] = []
        var type: ValueType?
        var isRequired: Bool?
        for note in notes {
            let lower = note.lowercased()
            if ["optional", "if any", "if known", "may be empty", "not required", "nullable"].contains(
                where: lower.contains)
            {
                isOptional = true
            } else if lower == "required" || lower == "mandatory" {
                isRequired = true
            } else if let named = Self.type(named: lower, entities: entities) {
                type = type ?? named
            } else {
                kept.append(note)
            }
        }
        var guessed = type ?? FieldGuess.type(of: name, entities: entities)
        if type == nil, guessed == .text, kept.contains(where: FieldNotes.isNumeric) { guessed = .integer }
        let usuallyEmpty = guessed == .boolean || FieldGuess.isFilledLater(name)
        return Reading(
            field: BriefDraft.Field(name: name, type: guessed, isRequired: isRequired ?? !(isOptional || usuallyEmpty)),
            notes: kept)
    }

    /// "copies (number, at least 1)" → ("copies", ["number", "at least 1"]); choices stay one note.
    private static func parts(of source: String) -> (name: String, notes: [String]) {
        var text = MarkdownReader.trim(source)
        while let last = text.last, ".;,".contains(last) { text.removeLast() }
        var notes: [String] = []
        if let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"), open < close {
            notes += self.notes(String(text[open..<close].dropFirst()))
            let after = MarkdownReader.trim(text[close...].dropFirst())
            text = MarkdownReader.trim(text[..<open])
            if let mark = after.first, ":-–—".contains(mark) {
                notes += self.notes(MarkdownReader.trim(after.dropFirst()))
            } else if after.hasPrefix("?") {
                notes.append("optional")
            }
        }
        for separator in [":", " - ", " – ", " — ", " = "] {
            guard let range = text.firstRange(of: separator) else { continue }
            notes += self.notes(String(text[range.upperBound...]))
            text = MarkdownReader.trim(text[..<range.lowerBound])
            break
        }
        return (text, notes)
    }

    private static func notes(_ text: String) -> [String] {
        let items = BriefSentences.parts(text, at: [",", ";"])
        var notes: [String] = []
        var choices: [String] = []
        for item in items {
            let lower = item.lowercased()
            let isKnown =
                type(named: lower, entities: []) != nil || BriefSentences.isRule(item) || lower.contains("optional")
                || lower.hasPrefix("if ") || lower == "required" || lower == "mandatory" || lower == "positive"
                || lower.contains(where: \.isNumber) || lower.hasPrefix("not ") || lower.hasPrefix("valid")
                || lower.hasPrefix("reference") || lower.hasPrefix("choice")
            if isKnown { notes.append(item) } else { choices.append(item) }
        }
        if !choices.isEmpty { notes.append(choices.joined(separator: ", ")) }
        return notes
    }

    static func type(named note: String, entities: [String]) -> ValueType? {
        let words = EnglishWords.split(note).filter { !["a", "an", "the", "of", "whole"].contains($0) }
        let text = words.joined(separator: " ")
        if let type = types[text] { return type }
        if note.hasPrefix("→") || note.hasPrefix("->") || note.hasPrefix("=>") { return .reference }
        for opener in ["reference", "ref", "link", "links", "refers", "points", "belongs", "one"]
        where words.first == opener {
            let rest = words.dropFirst().filter { $0 != "to" }.joined(separator: " ")
            if rest.isEmpty || opener != "one" || EntityName.matches(rest, entities) != nil { return .reference }
        }
        return nil
    }

    private static let openers: Set<String> = [
        "a", "an", "the", "its", "their", "his", "her", "optional", "optionally", "maybe", "unique", "one", "some",
        "which",
        "and", "with", "has", "have", "also", "plus", "or", "what", "when",
    ]

    private static let stops: Set<String> = [
        "etc", "so on", "more", "others", "other", "and so on", "it", "them", "that", "this", "none", "nothing", "all",
    ]

    private static let types: [String: ValueType] = [
        "text": .text, "string": .text, "str": .text, "long text": .text, "short text": .text, "free text": .text,
        "varchar": .text, "integer": .integer, "int": .integer, "number": .integer, "count": .integer,
        "decimal": .decimal, "float": .decimal, "double": .decimal, "money": .decimal, "amount": .decimal,
        "currency": .decimal, "euro": .decimal, "euros": .decimal, "dollars": .decimal, "percentage": .decimal,
        "decimal number": .decimal, "boolean": .boolean, "bool": .boolean, "yes no": .boolean, "yes or no": .boolean,
        "true false": .boolean, "true or false": .boolean, "flag": .boolean, "checkbox": .boolean, "date": .date,
        "day": .date, "datetime": .datetime, "date time": .datetime, "date and time": .datetime, "time": .datetime,
        "timestamp": .datetime, "date with time": .datetime, "reference": .reference, "link": .reference,
    ]
}
