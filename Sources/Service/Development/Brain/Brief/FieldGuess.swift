/// What a field's name alone says about it.
enum FieldGuess {
    static func type(of name: String, entities: [String]) -> ValueType {
        let words = name.split(separator: "_").map(String.init)
        let bare = name.hasSuffix("_id") ? String(name.dropLast(3)) : name
        if EntityName.matches(bare.replacing("_", with: " "), entities) != nil { return .reference }
        guard let first = words.first, let last = words.last else { return .text }
        if words.count > 1 && ["is", "has", "can", "was", "needs"].contains(first) { return .boolean }
        if words.count > 1 && (last == "at" || last == "time") { return .datetime }
        if words.count > 1 && last == "on" { return .date }
        if words.contains("date") || words.contains("day") { return .date }
        if words.count > 1 && ["number", "no", "code", "name", "type"].contains(last) { return .text }
        for word in words.reversed() {
            if let type = table[word] { return type }
            if let type = table[EnglishWords.singular(word)] { return type }
        }
        return .text
    }

    /// Fields that are empty when a record is new: notes, and the moment at which something comes to its end.
    static func isFilledLater(_ name: String) -> Bool {
        let words = name.split(separator: "_").map { EnglishWords.stem(String($0)) }
        return words.contains { closings.contains($0) || notes.contains($0) }
    }

    /// Stems of words that say a record is over: a loan returned, an order cancelled.
    static let closings: Set<String> = [
        "return", "clos", "cancel", "complet", "finish", "resolv", "do", "settl", "archiv", "check", "solv",
    ]

    private static let notes: Set<String> = ["not", "note", "comment", "remark", "description", "memo"]

    private static let table: [String: ValueType] = {
        let groups: [(ValueType, String)] = [
            (
                .integer,
                """
                copy quantity count capacity age year page stock seat point rating score minute hour duration
                piece floor places units unit star participants attendees persons
                """
            ),
            (
                .decimal,
                """
                price cost amount total fee rate salary weight height width length balance deposit budget value discount
                tax distance temperature hourly wage payment
                """
            ),
            (
                .boolean,
                """
                active available archived enabled suspended blocked retired done completed paid approved confirmed
                cancelled canceled finished public private urgent locked verified member_only returned closed
                vegetarian vegan broken
                """
            ),
            (.date, "due born birthday deadline expiry expires birthdate joined"),
            (.datetime, "start end starts ends begin begins from until timestamp when started ended till"),
        ]
        var table: [String: ValueType] = [:]
        for (type, words) in groups {
            for word in words.split(whereSeparator: \.isWhitespace) { table[String(word)] = type }
        }
        return table
    }()
}
