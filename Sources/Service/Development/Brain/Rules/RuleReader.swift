/// Understands the rules of a brief, one sentence at a time. What it does not understand has no meaning here and stays
/// a policy; it never guesses at half a sentence.
struct RuleReader: Sendable {
    let vocabulary: RuleVocabulary

    var entities: [RecordKind] { vocabulary.entities }

    func meanings(of sentence: String) -> [RuleMeaning] {
        if let choice = choice(sentence) { return choice }
        let words = RuleText.words(sentence)
        guard (2...40).contains(words.count) else { return [] }
        let whole = meanings(words)
        if !whole.isEmpty { return whole }
        // "Copies >= 1": a bound without a verb.
        if let mark = words.firstIndex(where: { ["atleast", "atmost", "morethan", "lessthan"].contains($0) }), mark > 0
        {
            let stated = ranges(words[..<mark] + ["must", "be"] + words[mark...])
            if !stated.isEmpty { return stated }
        }
        // "Hourly rate: at least 20."
        if let colon = sentence.firstIndex(of: ":") {
            let stated = meanings(RuleText.words(sentence[..<colon] + " must be " + sentence[colon...].dropFirst()))
            if !stated.isEmpty { return stated }
        }
        // "X must be positive and Y must be unique": two rules in one sentence, if both halves stand alone.
        for (index, word) in words.enumerated() where ["and", "but"].contains(word) {
            let first = meanings(Array(words[..<index]))
            let second = meanings(Array(words[(index + 1)...]).filter { $0 != "," })
            if !first.isEmpty && !second.isEmpty { return first + second }
        }
        return []
    }

    private func meanings(_ words: [String]) -> [RuleMeaning] {
        let bare = words.filter { $0 != "," }
        let readers: [([String]) -> [RuleMeaning]] = [
            ages, onces, lengths, emails, uniqueness, presence, overlaps, moments, orders, ranges, durations,
            capacities, limits,
        ]
        for reader in readers {
            let found = reader(bare)
            if !found.isEmpty { return found }
        }
        return conditions(words)
    }

    // MARK: Values

    /// "The status is one of draft, sent or paid", read from the sentence itself to keep the choices as written.
    private func choice(_ sentence: String) -> [RuleMeaning]? {
        let text = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
        let lower = text.lowercased()
        for mark in [" one of", " either", " must be", " can be", " is", " are"] {
            guard let range = lower.firstRange(of: mark), text.count == lower.count else { continue }
            let subject = RuleText.words(String(lower[..<range.lowerBound])).filter {
                !["must", "be", "can", "is", "are"].contains($0)
            }
            let length = lower.distance(from: lower.startIndex, to: range.upperBound)
            var list = MarkdownReader.trim(text.dropFirst(length).drop { $0 == ":" })
            for opener in ["the following: ", "the following ", "these: ", "the values ", "one of "]
            where list.hasPrefix(opener) {
                list = String(list.dropFirst(opener.count))
            }
            let isOpen = mark == " must be" || mark == " can be" || mark == " is" || mark == " are"
            guard list.contains(" or ") || (!isOpen && list.contains(",")) else { continue }
            for joint in [", or ", " or ", ", and ", "/"] { list = list.replacing(joint, with: ", ") }
            let items = BriefSentences.parts(list, at: [",", ";"]).map { $0.filter { !"\"'“”‘’`".contains($0) } }
            let areShort = items.allSatisfy { item in
                item.split(separator: " ").count <= 3 && item.contains { $0.isLetter || $0.isNumber }
                    && !BriefSentences.isRule(item)
                    && !["more", "less", "later", "earlier", "zero", "blank"].contains(item.lowercased())
            }
            guard (2...12).contains(items.count), areShort, Set(items).count == items.count else { continue }
            let paths = vocabulary.fields(subject) { $0.type == .text }
            guard !paths.isEmpty else { continue }
            let isComparison = items.contains { item in
                ["before", "after", "equal", "above", "below", "more", "less", "not", "between", "greater"].contains(
                    EnglishWords.split(item).first ?? "") && mark != " one of"
            }
            if isComparison
                || items.contains(where: { $0.contains("future") || $0.contains("past") || $0.contains("today") })
            {
                continue
            }
            return paths.map { .choice($0, items) }
        }
        return nil
    }

    private static let notBelow = WordPattern("<x> cannot be lessthan|under|before <n>")
    private static let atLeast = WordPattern("<x> must be atleast <n>")
    private static let orMore = WordPattern("<x> must be <n> or more|higher|greater|above|over")
    private static let moreThan = WordPattern("<x> must be morethan|over <n>")
    private static let notAbove = WordPattern("<x> cannot be morethan|over <n>")
    private static let atMost = WordPattern("<x> must be atmost <n>")
    private static let orLess = WordPattern("<x> must be <n> or less|lower|fewer|below|under")
    private static let lessThan = WordPattern("<x> must be lessthan|under <n>")
    private static let between = WordPattern("<x> must be between <a> and|to|, <b>")

    private static let hasBoth = WordPattern("<x> must|can? have|has atleast <a> and atmost <b> <f>")
    private static let hasLeast = WordPattern("<x> must|can? have|has|needs atleast <n> <f>")
    private static let hasMost = WordPattern("<x> must|can? have|has atmost <n> <f>")

    private func ranges(_ words: [String]) -> [RuleMeaning] {
        func bounded(_ subject: [String], _ lower: ValueBound?, _ upper: ValueBound?) -> [RuleMeaning] {
            vocabulary.fields(subject, where: \.type.isNumber).map { .range($0, lower: lower, upper: upper) }
        }
        if let found = Self.between.match(words), let low = Self.bound(found[1]), let high = Self.bound(found[2]) {
            return bounded(found[0], low, high)
        }
        if let found = Self.hasBoth.match(words), let low = Self.bound(found[1]), let high = Self.bound(found[2]) {
            return bounded(found[0] + found[3], low, high)
        }
        if let found = Self.hasLeast.match(words), let low = Self.bound(found[1]) {
            return bounded(found[0] + found[2], low, nil)
        }
        if let found = Self.hasMost.match(words), let high = Self.bound(found[1]) {
            let meanings = bounded(found[0] + found[2], nil, high)
            if !meanings.isEmpty { return meanings }
        }
        for phrase in [Self.notBelow, Self.atLeast, Self.orMore] {
            if let found = phrase.match(words), let bound = Self.bound(found[1]) {
                return bounded(found[0], bound, nil)
            }
        }
        if let found = Self.moreThan.match(words), let bound = Self.bound(found[1], included: false) {
            return bounded(found[0], bound, nil)
        }
        for phrase in [Self.notAbove, Self.atMost, Self.orLess] {
            if let found = phrase.match(words), let bound = Self.bound(found[1]) {
                return bounded(found[0], nil, bound)
            }
        }
        if let found = Self.lessThan.match(words), let bound = Self.bound(found[1], included: false) {
            return bounded(found[0], nil, bound)
        }
        return []
    }

    /// A number and perhaps its unit: "5", "0.5 kg".
    static func bound(_ words: [String], included: Bool = true) -> ValueBound? {
        guard let text = words.first, words.count <= 2, let value = Double(text), abs(value) < 1_000_000_000 else {
            return nil
        }
        guard text.allSatisfy({ ($0.isNumber && $0.isASCII) || $0 == "." || $0 == "-" }) else { return nil }
        if words.count == 2, ["characters", "letters", "digits", "chars"].contains(words[1]) { return nil }
        return ValueBound(text: text, value: value, isIncluded: included)
    }

    private static let lengthPhrases: [(phrase: WordPattern, bound: String)] = ["atleast", "atmost", "exactly"].flatMap
    { bound in
        [
            (
                WordPattern(
                    "<x> must|can|is|are|has|have|canonly be|have|contain|hold|consist? of? \(bound) <n> "
                        + "characters|letters|digits|chars|symbols long?"), bound
            ),
            (WordPattern("<x> must|has|have be|have? \(bound) <n> characters|letters|digits|chars long?"), bound),
        ]
    }
    private static let codeLength = WordPattern(
        "<x> must be <n> letter|letters|character|digit|digits code|number|text|word|string|codes?")
    private static let onlyDigits = WordPattern(
        "<x> must|can|canonly? contain|contains|have|has|be|consist|consists|is|are? of? only? digits|numbers only?")
    private static let plainLength = WordPattern(
        "<x> must|has|have|is|are be|have|of|contain|consist? of? <n> characters|letters|digits long?")
    private static let tooLong = WordPattern("<x> cannot be|have? morethan <n> characters|letters|digits|chars long?")
    private static let tooShort = WordPattern("<x> cannot be|have? lessthan <n> characters|letters|digits|chars long?")

    private func lengths(_ words: [String]) -> [RuleMeaning] {
        func sized(_ found: [[String]], _ bound: String) -> [RuleMeaning] {
            guard found[1].count == 1, let count = Int(found[1][0]), (1...2_000).contains(count) else { return [] }
            let digits = words.contains("digits") || words.contains("digit")
            return vocabulary.fields(found[0]) { $0.type == .text }.map { path in
                .length(
                    path, lower: bound == "atmost" ? nil : count, upper: bound == "atleast" ? nil : count,
                    digits: digits)
            }
        }
        if words.contains("only") || words.contains("canonly"), let found = Self.onlyDigits.match(words) {
            return vocabulary.fields(found[0]) { $0.type == .text }.map {
                .length($0, lower: nil, upper: nil, digits: true)
            }
        }
        for (phrase, bound) in Self.lengthPhrases {
            if let found = phrase.match(words) { return sized(found, bound) }
        }
        if let found = Self.plainLength.match(words) ?? Self.codeLength.match(words) { return sized(found, "exactly") }
        if let found = Self.tooLong.match(words) { return sized(found, "atmost") }
        if let found = Self.tooShort.match(words) { return sized(found, "atleast") }
        return []
    }

    private static let validEmail = WordPattern(
        "<x> must be|have|contain|include|look|hold like? valid|real|correct|proper? email|@ address|addresses|sign?")
    private static let validMail = WordPattern("<x> must be valid|real|correct|well formed?")

    private func emails(_ words: [String]) -> [RuleMeaning] {
        guard let found = Self.validEmail.match(words) ?? Self.validMail.match(words) else { return [] }
        let isPlainValid = Self.validEmail.match(words) == nil
        let isMail = words.contains("@") || words.contains("valid") || words.contains("like") || isPlainValid
        guard isMail else { return [] }
        let subject = found[0]
        let named = vocabulary.fields(subject) { $0.type == .text && (!isPlainValid || $0.name.contains("email")) }
        if !named.isEmpty { return named.map { .email($0) } }
        guard let entity = vocabulary.entity(subject) else { return [] }
        return vocabulary.fields(["email"], of: entity) { $0.type == .text }.filter { $0.entity == entity }.map {
            .email($0)
        }
    }

    // MARK: Presence and uniqueness

    private static let unique = WordPattern("<x> must be unique")
    private static let haveUnique = WordPattern("<x> musthaveunique <f>")
    private static let noTwo = WordPattern("no 2 <x> can|must|may|cannot? have|share|use|with|get same <f>")
    private static let twoNot = WordPattern("2 <x> cannot have|share|use same <f>")
    private static let notTwice = WordPattern("<x> cannot be used|given|entered|taken|assigned twice|again")
    private static let onlyOnce = WordPattern("<x> can|must|canonly appear|be|occur|exist|used used? only? once")
    private static let onlyOne = WordPattern("only 1 <c> per|for <p>")

    private func uniqueness(_ words: [String]) -> [RuleMeaning] {
        func unique(_ paths: [FieldPath]) -> [RuleMeaning] {
            let fitting = paths.filter { entities[$0.entity].field($0.field)?.type != .boolean }
            return fitting.count == paths.count ? paths.map { .unique($0) } : []
        }
        for phrase in [Self.unique, Self.notTwice, Self.onlyOnce] {
            if let found = phrase.match(words) { return unique(vocabulary.fields(found[0])) }
        }
        for phrase in [Self.haveUnique, Self.noTwo, Self.twoNot] {
            guard let found = phrase.match(words), let entity = vocabulary.entity(found[0]) else { continue }
            return unique(vocabulary.fields(found[1], of: entity).filter { $0.entity == entity })
        }
        if let found = Self.onlyOne.match(words), let child = vocabulary.entity(found[0]),
            let parent = vocabulary.entity(found[1]), let reference = vocabulary.reference(from: child, to: parent)
        {
            return [.limit(child: child, reference: reference, most: 1, only: nil)]
        }
        return []
    }

    private static let filled = WordPattern("<x> must be filled")
    private static let mustHave = WordPattern("<x> must have|include|name|state|carry|contain|specify <f>")
    private static let needs = WordPattern("<x> needs|need|requires|require <f>")
    private static let without = WordPattern("<x> cannot be without <f>")
    private static let exist = WordPattern("<x> cannot exist|be saved|created|added|kept? without <f>")
    private static let belong = WordPattern(
        "<x> must? belong|belongs|refer|refers|be|point linked|assigned|attached? to|for <f>")

    private func presence(_ words: [String]) -> [RuleMeaning] {
        if let found = Self.filled.match(words) { return vocabulary.fields(found[0]).map { .filled($0) } }
        for phrase in [Self.mustHave, Self.needs, Self.without, Self.exist, Self.belong] {
            guard let found = phrase.match(words), let entity = vocabulary.entity(found[0]) else { continue }
            let object = found[1].filter {
                !["1", "exactly", "atleast", "some", "existing", "registered", "non", "empty"].contains($0)
            }
            guard !object.contains(where: { Int($0) != nil || $0 == "atmost" || $0 == "atonce" }) else { continue }
            let paths = vocabulary.fields(object, of: entity).filter { $0.entity == entity }
            if !paths.isEmpty { return paths.map { .filled($0) } }
        }
        return []
    }
}
