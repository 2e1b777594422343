/// Rules about how many records may refer to another.
extension RuleReader {
    private static let perParent = [
        WordPattern("there? can|must|cannot be? atmost|morethan <n> <c> per|for <p>"),
        WordPattern("atmost <n> <c> per|for <p>"),
    ]

    /// "A member can have atmost 3 loans atonce", "atmost 3 loans per member".
    func limits(_ words: [String]) -> [RuleMeaning] {
        for phrase in Self.perParent {
            guard let found = phrase.match(words), found[0].count == 1, let count = Int(found[0][0]) else { continue }
            guard let parent = vocabulary.entity(found[2]) else { return [] }
            return limit(parent, verb: ["have"], count: count, object: found[1])
        }
        var words = words
        if let only = words.firstIndex(of: "canonly"), let number = words[only...].firstIndex(where: { Int($0) != nil })
        {
            words.insert("atmost", at: number)
        }
        if let limited = words.firstRange(of: ["limited", "to"]) { words.replaceSubrange(limited, with: ["atmost"]) }
        guard let mark = words.firstIndex(where: { $0 == "atmost" || $0 == "morethan" }), mark > 0,
            mark + 2 < words.count,
            words[mark] == "atmost" || words[..<mark].contains("cannot"), let count = Int(words[mark + 1])
        else { return [] }
        let left = Array(words[..<mark])
        let mentioned = vocabulary.mentions(in: left)
        guard let parent = mentioned.first else { return [] }
        // "sign up for" names the sign-up itself.
        guard mentioned.dropFirst().allSatisfy({ vocabulary.reference(from: $0, to: parent) != nil }) else { return [] }
        let small: Set<String> = [
            "can", "must", "cannot", "be", "have", "has", "canonly", "is", "are", "hold", "only", "for", "to", "with",
            "of",
        ]
        let verb = vocabulary.withoutMentions(left, of: [parent]).filter { !small.contains($0) }
        guard verb.count <= 3 else { return [] }
        let has = left.contains { ["have", "has", "hold", "with", "to"].contains($0) } || words.contains("atmost")
        let object = Array(words[(mark + 2)...])
        return limit(
            parent, verb: verb + (has ? ["have"] : []), count: count, object: object, doing: mentioned.dropFirst().first
        )
    }

    /// - Parameter doing: the kind of record that the verb itself names, if it does.
    private func limit(_ parent: Int, verb: [String], count: Int, object: [String], doing: Int? = nil) -> [RuleMeaning]
    {
        guard (1...200).contains(count) else { return [] }
        // "per day" and the like need a calendar that this reader does not have; extra words may change the sense.
        guard object.allSatisfy({ !Self.periods.contains($0) && $0 != "per" }) else { return [] }
        let found: RuleVocabulary.Relation? =
            if let doing, let reference = vocabulary.reference(from: doing, to: parent) {
                RuleVocabulary.Relation(child: doing, reference: reference)
            } else {
                vocabulary.relation(of: parent, verb: verb, object: object)
            }
        guard let relation = found else { return [] }
        let mentioned = vocabulary.mentions(in: object)
        let described = vocabulary.withoutMentions(object, of: mentioned).filter { word in
            !RuleVocabulary.small.contains(word) && !["atonce", "out", "together", "different"].contains(word)
        }
        func limit(_ only: RecordState?) -> [RuleMeaning] {
            [.limit(child: relation.child, reference: relation.reference, most: count, only: only)]
        }
        if described.isEmpty { return limit(nil) }
        if let state = vocabulary.state(described, of: relation.child) { return limit(state) }
        let isOpen = described.allSatisfy {
            RuleVocabulary.current.contains($0) || ["borrowed", "booked", "lent"].contains($0)
        }
        if isOpen && entities[relation.child].closing != nil { return limit(nil) }
        // "3 items": a word for what is borrowed, where nothing else is known by that name.
        return mentioned.isEmpty && described.count == 1 && !isOpen ? limit(nil) : []
    }

    private static let periods: Set<String> = [
        "day", "days", "week", "weeks", "month", "months", "year", "years", "hour", "hours", "minutes", "daily",
        "characters",
        "letters", "digits", "words",
    ]

    private static let sameOnce = [
        WordPattern("<p> can|must|cannot? <v> only once for|in|on|to|per? same? <q>"),
        WordPattern("<p> canonly|can <v> same? <q> only? once"),
        WordPattern("<p> canonly|can <v> only? once for|in|on|to|per same? <q>"),
        WordPattern("<p> cannot <v> same <q> twice|again"), WordPattern("<p> cannot <v> twice for|in|on|to same? <q>"),
        WordPattern("<p> cannot <v> for|in|on|to same <q> twice|again"),
        WordPattern("<p> cannot have 2 <v> for|of|on|in same <q>"),
    ]

    /// "A member can sign up only once for the same class": one record for each pair.
    func onces(_ words: [String]) -> [RuleMeaning] {
        for phrase in Self.sameOnce {
            guard let found = phrase.match(words), let first = vocabulary.entity(found[0]),
                let second = found.last.flatMap(vocabulary.entity), first != second
            else { continue }
            let doing = Set(found[1].map(EnglishVerbs.canonical))
            let between = entities.indices.filter { child in
                vocabulary.reference(from: child, to: first) != nil
                    && vocabulary.reference(from: child, to: second) != nil
            }
            let named = between.first { child in
                EnglishWords.split(entities[child].label).contains { doing.contains(EnglishVerbs.canonical($0)) }
            }
            guard let child = named ?? (between.count == 1 ? between[0] : nil),
                let one = vocabulary.reference(from: child, to: first),
                let other = vocabulary.reference(from: child, to: second)
            else { continue }
            return [.once(child: child, first: one, second: other)]
        }
        return []
    }

    private static let overCapacity = [
        WordPattern("<c> cannot be morethan <f>"), WordPattern("<c> must be atmost <f>"),
        WordPattern("there? cannot be morethan|more <c> than <f>"),
        WordPattern("<c> cannot have morethan|more <f>"), WordPattern("<c> cannot have more <d> than <f>"),
    ]

    /// "Registrations cannot be morethan capacity of event".
    func capacities(_ words: [String]) -> [RuleMeaning] {
        for phrase in Self.overCapacity {
            guard let found = phrase.match(words), let last = found.last else { continue }
            let numbers = vocabulary.fields(last, where: { $0.type == .integer })
            let others = vocabulary.mentions(in: words)
            for path in numbers {
                for child in others where child != path.entity {
                    guard let reference = vocabulary.reference(from: child, to: path.entity) else { continue }
                    return [.capacity(child: child, reference: reference, number: path.field)]
                }
            }
        }
        return []
    }
}
