extension RuleVocabulary {
    /// A kind of record that refers to another, and by which field.
    struct Relation: Equatable {
        let child: Int
        let reference: String
    }

    /// The record that stands for doing something with a parent: a member who borrows books does so by a loan.
    ///
    /// - Parameters:
    ///   - verb: words of what is done ("borrow", "be lent"); may be empty.
    ///   - object: words of what it is done with ("books", "open loans"); may be empty.
    func relation(of parent: Int, verb: [String], object: [String]) -> Relation? {
        let candidates = entities.indices.compactMap { index -> Relation? in
            guard index != parent, let field = entities[index].fields.first(where: { $0.target == parent }) else {
                return nil
            }
            return Relation(child: index, reference: field.name)
        }
        let named = mentions(in: object).filter { $0 != parent }
        if let direct = candidates.first(where: { named.contains($0.child) }) { return direct }
        let through = candidates.filter { candidate in
            named.contains { other in entities[candidate.child].fields.contains { $0.target == other } }
        }
        let doing = Set(verb.map(EnglishVerbs.canonical))
        func matchesVerb(_ relation: Relation) -> Bool {
            EnglishWords.split(entities[relation.child].label).contains { doing.contains(EnglishVerbs.canonical($0)) }
        }
        if let both = through.first(where: matchesVerb) { return both }
        if through.count == 1 { return through[0] }
        if let byVerb = candidates.first(where: matchesVerb) { return byVerb }
        let isOpenEnded = object.allSatisfy { RuleVocabulary.small.contains($0) || RuleVocabulary.current.contains($0) }
        return candidates.count == 1 && isOpenEnded && named.isEmpty && !doing.isEmpty ? candidates[0] : nil
    }

    /// The field by which one kind of record refers to another.
    func reference(from child: Int, to parent: Int) -> String? {
        entities[child].fields.first { $0.target == parent }?.name
    }

    /// The state that words describe: "suspended", "not returned", "status is draft", "ready".
    func state(_ words: [String], of index: Int) -> RecordState? {
        var words = words.filter { !Self.linking.contains($0) }
        var isNegated = false
        words.removeAll { word in
            if word == "not" || word == "no" || word == "never" { isNegated.toggle() }
            return word == "not" || word == "no" || word == "never"
        }
        words = withoutMentions(words, of: [index])
        guard (1...4).contains(words.count) else { return nil }
        let entity = entities[index]
        let stems = Set(words.map(EnglishWords.stem))
        for field in entity.fields where field.type == .text {
            guard let choices = choices[FieldPath(entity: index, field: field.name)] else { continue }
            let label = Set(EnglishWords.split(field.label).map(EnglishWords.stem))
            for choice in choices
            where Set(EnglishWords.split(choice).map(EnglishWords.stem)).subtracting(label) == stems.subtracting(label)
            {
                guard !stems.subtracting(label).isEmpty else { continue }
                return isNegated ? nil : RecordState(field: field.name, value: .text(choice))
            }
        }
        for field in entity.fields where field.type == .boolean || (field.type.isMoment && !field.isRequired) {
            let label = Set(EnglishWords.split(field.label).filter { $0 != "is" && $0 != "has" }.map(EnglishWords.stem))
                .subtracting(["on", "at", "dat", "date", "time"])
            guard !label.isEmpty else { continue }
            if label == stems { return truth(of: field, !isNegated) }
            let bare = Set(words.map { word in EnglishWords.stem(Self.withoutNegation(word)) })
            if label == bare { return truth(of: field, isNegated) }
        }
        let status = entity.fields.first { field in
            field.type == .text
                && EnglishWords.split(field.label).contains { ["status", "state", "stage", "condition"].contains($0) }
        }
        guard let status, !isNegated, choices[FieldPath(entity: index, field: status.name)] == nil else { return nil }
        let value = words.filter { !EnglishWords.split(status.label).contains($0) }.joined(separator: " ")
        return value.isEmpty || value.count > 30 ? nil : RecordState(field: status.name, value: .text(value))
    }

    private func truth(of field: RecordField, _ value: Bool) -> RecordState {
        RecordState(field: field.name, value: field.type == .boolean ? .flag(value) : .known(value))
    }

    /// "inactive" → "active".
    private static func withoutNegation(_ word: String) -> String {
        for prefix in ["un", "in", "non"] where word.hasPrefix(prefix) && word.count > prefix.count + 3 {
            return String(word.dropFirst(prefix.count))
        }
        return word
    }

    static let current: Set<String> = [
        "open", "active", "current", "unreturned", "outstanding", "running", "atonce", "together",
    ]

    private static let linking: Set<String> = [
        "is", "are", "it", "be", "been", "was", "were", "has", "have", "they", "being", "itself", "set", "to", "in",
        "status",
        "state", "of", "marked", "as", "once", "currently", "that", "who", "which", ",",
    ]
}
