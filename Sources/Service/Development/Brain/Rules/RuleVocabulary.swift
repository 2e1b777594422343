/// The words of one product: which entity, field, state or relation a phrase of a rule speaks of.
struct RuleVocabulary: Sendable {
    let entities: [RecordKind]
    /// The choices of fields that have some, from the rules that say so: they tell states apart.
    var choices: [FieldPath: [String]] = [:]
    private let names: [[String]]

    init(_ entities: [RecordKind]) {
        self.entities = entities
        names = entities.map { EnglishWords.split($0.label).map(EnglishWords.singular) }
    }

    /// The entities a phrase mentions, in order, each once; the longest name wins where names share words.
    func mentions(in words: [String]) -> [Int] {
        var found: [Int] = []
        var index = 0
        while index < words.count {
            var best: (entity: Int, length: Int)?
            for (entity, name) in names.enumerated() where words[index...].starts(with: name, by: Self.isForm) {
                if name.count > best?.length ?? 0 { best = (entity, name.count) }
            }
            if best == nil, let entity = byFirstWord(words[index]) { best = (entity, 1) }
            if let best {
                if !found.contains(best.entity) { found.append(best.entity) }
                index += best.length
            } else {
                index += 1
            }
        }
        return found
    }

    /// "Time" for a time entry: a name's telling first word, when no other name and no field has it.
    private func byFirstWord(_ word: String) -> Int? {
        let found = names.indices.filter {
            names[$0].count > 1 && names[$0][0].count > 3 && Self.isForm(word, of: names[$0][0])
        }
        guard found.count == 1, names.filter({ $0.contains { Self.isForm(word, of: $0) } }).count == 1 else {
            return nil
        }
        let isField = entities.contains { entity in
            entity.fields.contains { EnglishWords.split($0.label).contains { Self.isForm(word, of: $0) } }
        }
        return isField ? nil : found[0]
    }

    /// Whether a word is a name's word, or its plural ("sign ups" of a sign-up).
    private static func isForm(_ word: String, of name: String) -> Bool {
        word == name || EnglishWords.singular(word) == name || EnglishWords.plural(name) == word
    }

    /// The entity that a phrase names and nothing else, give or take a word such as "new" or "number of".
    func entity(_ words: [String]) -> Int? {
        let found = mentions(in: words)
        guard found.count == 1, let entity = found.first else { return nil }
        let rest = withoutMentions(words, of: [entity]).map(EnglishWords.singular).filter { !Self.small.contains($0) }
        return rest.isEmpty ? entity : nil
    }

    /// The words of a phrase that name no entity.
    func withoutMentions(_ words: [String], of mentioned: [Int]) -> [String] {
        let taken = mentioned.flatMap { names[$0] }
        return words.filter { word in !taken.contains { Self.isForm(word, of: $0) } }
    }

    /// The fields a phrase names: several where fields are joined by "and", or where entities share the name.
    func fields(
        _ words: [String], of context: Int? = nil, where fits: (RecordField) -> Bool = { _ in true }
    ) -> [FieldPath] {
        let parts = words.split { $0 == "and" || $0 == "," || $0 == "or" }.map(Array.init)
        guard !parts.isEmpty, parts.count <= 6 else { return [] }
        let mentioned = context ?? mentions(in: words).first
        var found: [FieldPath] = []
        for part in parts {
            let paths = field(part, of: mentioned, where: fits)
            if paths.isEmpty { return [] }
            found += paths.filter { !found.contains($0) }
        }
        return found
    }

    private func field(_ words: [String], of context: Int?, where fits: (RecordField) -> Bool) -> [FieldPath] {
        var best: [FieldPath] = []
        var bestScore = 0
        let mentioned = mentions(in: words)
        for (index, entity) in entities.enumerated() {
            let isNamed = mentioned.contains(index) || context == index
            for field in entity.fields where fits(field) {
                guard var score = score(field, for: words, entity: index) else { continue }
                if isNamed { score += 5 }
                if context != nil && context != index { score -= 4 }
                if score > bestScore {
                    best = []
                    bestScore = score
                }
                if score == bestScore { best.append(FieldPath(entity: index, field: field.name)) }
            }
        }
        // Two fields of one entity fit as well: the phrase does not tell which is meant.
        return Set(best.map(\.entity)).count == best.count ? best : []
    }

    /// How well the phrase names the field; `nil` when it says more, less or something else.
    private func score(_ field: RecordField, for words: [String], entity: Int) -> Int? {
        let wanted = Set(words.map(EnglishVerbs.canonical))
        let label = EnglishWords.split(field.label).map(EnglishVerbs.canonical)
        let telling = label.filter { !Self.small.contains($0) }
        let core = telling.isEmpty ? label : telling
        let entityWords = Set(mentions(in: words).flatMap { names[$0] }.map(EnglishVerbs.canonical))
        let rest = wanted.subtracting(label).subtracting(Self.small).subtracting(entityWords)
        guard rest.isEmpty else { return nil }
        if core.allSatisfy(wanted.contains) {
            return core.count * 10 + label.filter(wanted.contains).count
        }
        // "the rate" may stand for "daily rate", when nothing fits better.
        let named = wanted.subtracting(Self.small).subtracting(entityWords)
        return !named.isEmpty && named.isSubset(of: core) ? named.count * 3 : nil
    }

    /// The two moments between which a record lasts: start and end, or lent on and due on.
    func period(of index: Int) -> (start: RecordField, end: RecordField)? {
        let entity = entities[index]
        let moments = entity.fields.filter { $0.type.isMoment && $0.name != entity.closing?.field }
        func first(_ marks: Set<String>) -> RecordField? {
            moments.first { field in
                EnglishWords.split(field.label).contains { marks.contains(EnglishVerbs.canonical($0)) }
            }
        }
        let isPlainPair = moments.count == 2
        guard let start = first(Self.starts) ?? (isPlainPair ? moments.first : nil),
            let end = moments.first(where: { field in
                field != start
                    && EnglishWords.split(field.label).contains { Self.ends.contains(EnglishVerbs.canonical($0)) }
            }) ?? (isPlainPair ? moments.last : nil), start != end, start.type == end.type
        else { return nil }
        return (start, end)
    }

    private static let starts: Set<String> = [
        "start", "begin", "from", "take", "arriv", "pickup", "open", "in", "checkin",
    ]
    private static let ends: Set<String> = [
        "end", "until", "till", "due", "to", "finish", "expir", "back", "leav", "depart", "out", "checkout",
    ]

    /// Words that tell nothing about which field is meant. In canonical form.
    static let small: Set<String> = [
        "of", "for", "in", "number", "dat", "date", "time", "day", "at", "on", "was", "is", "it", "were", "be", "that",
        "which",
        "has", "have", "new", "moment", "count", "record", "to", "by", "with", "whose", "are", "they", "valu", "total",
        "field", "given",
    ]
}
