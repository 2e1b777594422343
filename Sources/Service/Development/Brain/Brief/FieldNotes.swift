/// Rules that stand in a field's notes: "copies (number, at least 1)", "status (draft, sent or paid)", "email (unique)".
enum FieldNotes {
    /// The rules as sentences. Choices make the field a text, whatever its name suggested.
    static func rules(for reading: inout FieldReader.Reading, of entity: String) -> [String] {
        let subject =
            "The \(reading.field.name.replacing("_", with: " ")) of \(EnglishWords.indefinite(entity.lowercased()))"
        var rules: [String] = []
        for note in reading.notes {
            let lower = MarkdownReader.trim(note.lowercased())
            if let choices = choices(note), reading.field.type == .text || !choices.allSatisfy(isNumber) {
                reading.field.type = .text
                rules.append("\(subject) must be one of: \(choices.joined(separator: ", ")).")
            } else if lower.hasPrefix("must") || lower.hasPrefix("cannot") {
                rules.append("\(subject) \(lower).")
            } else if let range = range(lower), reading.field.type.isNumber {
                rules.append("\(subject) must be between \(range.0) and \(range.1).")
            } else if lower.hasPrefix("not ") {
                rules.append("\(subject) must \(lower.hasPrefix("not be") ? lower : "not be " + lower.dropFirst(4)).")
            } else if openers.contains(where: lower.hasPrefix) {
                let bound = lower.replacing("max ", with: "at most ").replacing("min ", with: "at least ")
                rules.append("\(subject) must be \(bound).")
            }
        }
        return rules
    }

    private static let openers = [
        "unique", "positive", "at least", "at most", "between", "max ", "min ", "more than", "less than",
        "greater than",
        "up to", "no more than", "exactly", "valid", "after", "before", "in the future", "in the past", "maximum",
        "minimum",
    ]

    private static func isNumber(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isNumber || $0 == "." }
    }

    /// "draft, sent or paid" or "draft/sent/paid" → the choices.
    private static func choices(_ note: String) -> [String]? {
        var text = note
        for opener in ["one of", "either", "choice of", "choices", "can be", "values"]
        where text.lowercased().hasPrefix(opener) {
            text = MarkdownReader.trim(text.dropFirst(opener.count).drop { $0 == ":" || $0 == " " })
        }
        for joint in [", or ", " or ", "/", "|"] { text = text.replacing(joint, with: ", ") }
        let items = BriefSentences.parts(text, at: [",", ";"]).map {
            $0.filter { $0 != "\"" && $0 != "'" && $0 != "“" && $0 != "”" }
        }
        let areShort = items.allSatisfy {
            $0.split(separator: " ").count <= 3 && $0.contains(where: { $0.isLetter || $0.isNumber })
        }
        guard (2...12).contains(items.count), areShort, Set(items).count == items.count else { return nil }
        let isSentence = items.contains { item in
            let lower = item.lowercased()
            return BriefSentences.isRule(item) || openers.contains(where: lower.hasPrefix) || lower.hasPrefix("e.g")
        }
        return isSentence ? nil : items
    }

    /// Whether a note can only be meant of a number: "1-5", "between 1 and 10", "max 50".
    static func isNumeric(_ note: String) -> Bool {
        let lower = note.lowercased()
        if range(lower) != nil || lower == "positive" { return true }
        let isLength = ["character", "letter", "digit", "day", "week"].contains(where: lower.contains)
        let bounds = [
            "between", "at least", "at most", "max", "min", "more than", "less than", "greater than", "up to",
        ]
        return !isLength && lower.contains(where: \.isNumber) && bounds.contains(where: lower.hasPrefix)
    }

    /// "1-5", "1 to 5", "1..5" or "from 1 to 5".
    static func range(_ note: String) -> (String, String)? {
        let text = note.replacing("from ", with: "").replacing(" to ", with: "-").replacing("–", with: "-")
            .replacing("..", with: "-").replacing(" ", with: "")
        let parts = text.split(separator: "-").map(String.init)
        guard parts.count == 2, parts.allSatisfy(isNumber) else { return nil }
        return (parts[0], parts[1])
    }
}
