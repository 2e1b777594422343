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
            return limit(parent: found[2], verb: [], count: count, object: found[1])
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
        guard let parent = vocabulary.mentions(in: left).first else { return [] }
        let small: Set<String> = ["can", "must", "cannot", "be", "have", "has", "canonly", "is", "are", "hold", "only"]
        let verb = vocabulary.withoutMentions(left, of: [parent]).filter { !small.contains($0) }
        guard verb.count <= 3, vocabulary.mentions(in: left).count == 1 else { return [] }
        let has =
            left.contains(where: { ["have", "has", "hold", "with", "to"].contains($0) }) || words.contains("atmost")
        return limit(
            parent: entities[parent].label.split(separator: " ").map(String.init), verb: verb + (has ? ["have"] : []),
            count: count, object: Array(words[(mark + 2)...]))
    }

    private func limit(parent: [String], verb: [String], count: Int, object: [String]) -> [RuleMeaning] {
        guard (1...200).contains(count), let parent = vocabulary.entity(parent) else { return [] }
        let period: Set<String> = [
            "day", "days", "week", "weeks", "month", "months", "year", "years", "hour", "hours", "minutes", "daily",
        ]
        // "per day" and the like need a calendar that this reader does not have; extra words may change the sense.
        guard object.allSatisfy({ !period.contains($0) && $0 != "per" }) else { return [] }
        let mentioned = vocabulary.mentions(in: object)
        let rest = vocabulary.withoutMentions(object, of: mentioned).filter {
            !RuleVocabulary.current.contains($0) && !RuleVocabulary.small.contains($0)
                && !["out", "borrowed", "booked", "lent"].contains($0)
        }
        guard rest.count <= (mentioned.isEmpty ? 1 : 0) else { return [] }
        guard let relation = vocabulary.relation(of: parent, verb: verb, object: object) else { return [] }
        return [.limit(child: relation.child, reference: relation.reference, most: count)]
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
