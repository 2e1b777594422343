/// A requirement's sentence taken apart by the keywords of EARS: conditions, the system's name, "shall", the response.
///
/// What stands in quotation marks is never a keyword, so that a requirement may quote a rule of the brief.
struct RequirementSentence: Equatable {
    struct Condition: Equatable {
        let keyword: Keyword
        /// From the keyword on, with the comma that ends it.
        let words: [Substring]
    }

    enum Keyword: String {
        case whereIncluded = "where"
        case whileHolds = "while"
        case whenHappens = "when"
        case ifUnwanted = "if"

        /// Conditions come in this order: the product's make-up, its state, then what happens.
        var rank: Int {
            switch self {
            case .whereIncluded: 0
            case .whileHolds: 1
            case .whenHappens, .ifUnwanted: 2
            }
        }

        var pattern: RequirementPattern {
            switch self {
            case .whereIncluded: .optionalFeature
            case .whileHolds: .stateDriven
            case .whenHappens: .eventDriven
            case .ifUnwanted: .unwantedBehaviour
            }
        }
    }

    let conditions: [Condition]
    /// "the", "then the" and the name.
    let system: [Substring]
    /// What follows "shall".
    let response: [Substring]

    var pattern: RequirementPattern {
        conditions.isEmpty ? .ubiquitous : conditions.count == 1 ? conditions[0].keyword.pattern : .complex
    }

    /// Every way to read the text by the templates, the one with the earliest "shall" first.
    static func readings(of text: String) -> [RequirementSentence] {
        let words = Word.split(text)
        return words.indices.compactMap { reading(words, mainClauseAt: $0) }
    }

    /// As many words as the name of a system may have.
    private static let longestName = 8

    private static func reading(_ words: [Word], mainClauseAt start: Int) -> RequirementSentence? {
        guard words[start].isKeyword("the") else { return nil }
        let rest = words[(start + 1)...].prefix(longestName + 1)
        guard let shall = rest.firstIndex(where: { $0.isKeyword("shall") }), shall > start + 1, shall + 1 < words.count,
            !words[(start + 1)..<shall].contains(where: \.endsClause)
        else { return nil }
        let hasThen = start > 0 && words[start - 1].isKeyword("then")
        let end = hasThen ? start - 1 : start
        guard let conditions = conditions(words[..<end]) else { return nil }
        // Only what goes wrong is answered by "then".
        guard conditions.contains(where: { $0.keyword == .ifUnwanted }) == hasThen else { return nil }
        guard hasThen || conditions.isEmpty || words[end - 1].endsInComma else { return nil }
        return RequirementSentence(
            conditions: conditions, system: words[end..<shall].map(\.text), response: words[(shall + 1)...].map(\.text))
    }

    /// "…, if any, …" begins no condition.
    private static func isAside(_ words: ArraySlice<Word>) -> Bool {
        words.first?.keyword == .ifUnwanted && words.dropFirst().first?.endsInComma == true
    }

    /// `nil` when there is something before the main clause that is no row of conditions in their order.
    private static func conditions(_ words: ArraySlice<Word>) -> [Condition]? {
        var conditions: [Condition] = []
        var start = words.startIndex
        while start < words.endIndex {
            guard let keyword = words[start].keyword else { return nil }
            let next = words[(start + 1)...].indices.first { index in
                words[index - 1].endsInComma && words[index].keyword != nil && !isAside(words[index...])
            }
            let end = next ?? words.endIndex
            guard end - start > 1 else { return nil }
            conditions.append(Condition(keyword: keyword, words: words[start..<end].map(\.text)))
            start = end
        }
        let ranks = conditions.map(\.keyword.rank)
        guard ranks == ranks.sorted(), ranks.count(where: { $0 == 2 }) <= 1 else { return nil }
        return conditions
    }
}

extension RequirementSentence {
    /// A word with what decides whether it may be a keyword.
    private struct Word {
        let text: Substring
        /// Begins outside quotation marks.
        let isFree: Bool
        /// Ends outside quotation marks.
        let endsFree: Bool

        var keyword: Keyword? { isFree ? Keyword(rawValue: text.lowercased()) : nil }
        var endsInComma: Bool { endsFree && text.last == "," }
        var endsClause: Bool { endsFree && text.last.map { ",;:.".contains($0) } == true }

        func isKeyword(_ word: String) -> Bool { isFree && text.lowercased() == word }

        /// Parts the text at white space. Quotation marks that do not pair up quote nothing.
        static func split(_ text: String) -> [Word] {
            let isBalanced = text.count(where: isQuote) % 2 == 0
            var isQuoted = false
            return text.split(whereSeparator: \.isWhitespace).map { text in
                let isFree = !isQuoted
                if isBalanced, text.count(where: isQuote) % 2 == 1 { isQuoted.toggle() }
                return Word(text: text, isFree: isFree, endsFree: !isQuoted)
            }
        }

        private static func isQuote(_ character: Character) -> Bool { "\"“”".contains(character) }
    }
}
