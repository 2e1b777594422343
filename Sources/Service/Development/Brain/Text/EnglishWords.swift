/// English words as a plain reader of briefs needs them: split, made singular or plural, and cut to a stem.
///
/// Only good enough to match "books are lent" with an entity `Book`: a wrong plural looks odd and breaks nothing.
enum EnglishWords {
    /// The words of a text in lower case. Possessives lose their ending ("book's" → "book"), hyphens part words.
    static func split(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        func end() {
            if word.hasSuffix("'s") { word.removeLast(2) }
            let bare = word.filter { $0 != "'" }
            if !bare.isEmpty { words.append(bare) }
            word = ""
        }
        for character in text.lowercased() {
            if character.isLetter || character.isNumber {
                word.append(character)
            } else if character == "'" || character == "’" {
                word.append("'")
            } else {
                end()
            }
        }
        end()
        return words
    }

    static func singular(_ word: String) -> String {
        if let known = irregular.first(where: { $0.plural == word }) { return known.singular }
        if word.count < 4 || uncountable.contains(word) { return word }
        for ending in ["ss", "us", "is"] where word.hasSuffix(ending) { return word }
        if word.hasSuffix("ies") { return word.dropLast(3) + "y" }
        for ending in ["sses", "xes", "ches", "shes", "zes"] where word.hasSuffix(ending) {
            return String(word.dropLast(2))
        }
        return word.hasSuffix("s") ? String(word.dropLast()) : word
    }

    static func plural(_ word: String) -> String {
        if let known = irregular.first(where: { $0.singular == word }) { return known.plural }
        if uncountable.contains(word) { return word }
        for ending in ["s", "x", "ch", "sh", "z"] where word.hasSuffix(ending) { return word + "es" }
        if word.hasSuffix("y"), let before = word.dropLast().last, !"aeiou".contains(before) {
            return word.dropLast() + "ies"
        }
        return word + "s"
    }

    /// What the forms of a word share: "booked", "booking" and "bookings" all give "book".
    static func stem(_ word: String) -> String {
        if let known = verbs[word] { return known }
        var stem = singular(word)
        if let known = verbs[stem] { return known }
        for ending in ["ing", "ed"] where stem.hasSuffix(ending) && stem.count > ending.count + 2 {
            stem = String(stem.dropLast(ending.count))
            if let last = stem.last, stem.dropLast().last == last, !"lsz".contains(last) { stem.removeLast() }
            break
        }
        if stem.hasSuffix("ll") && stem.count > 4 { stem.removeLast() }
        if stem.hasSuffix("e") && stem.count > 3 { stem.removeLast() }
        return stem
    }

    static func stems(_ text: String) -> [String] { split(text).map(stem) }

    /// "a" or "an", by the first letter.
    private static func article(_ word: String) -> String {
        guard let first = word.lowercased().first else { return "a" }
        if word.hasPrefix("use") || word.hasPrefix("uni") { return "a" }
        return "aeiou".contains(first) ? "an" : "a"
    }

    /// "a book", "an order", "equipment".
    static func indefinite(_ noun: String) -> String {
        let last = noun.split(separator: " ").last.map(String.init) ?? noun
        return uncountable.contains(last) ? noun : "\(article(noun)) \(noun)"
    }

    /// "a, b and c".
    static func list(_ items: [String], last: String = "and") -> String {
        guard items.count > 1 else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " \(last) " + items[items.count - 1]
    }

    private static let irregular: [(singular: String, plural: String)] = [
        ("person", "people"), ("child", "children"), ("man", "men"), ("woman", "women"), ("foot", "feet"),
        ("tooth", "teeth"), ("mouse", "mice"), ("movie", "movies"), ("shelf", "shelves"), ("knife", "knives"),
        ("life", "lives"), ("half", "halves"), ("bus", "buses"), ("status", "statuses"), ("lens", "lenses"),
        ("address", "addresses"), ("class", "classes"), ("analysis", "analyses"), ("cookie", "cookies"),
        ("criterion", "criteria"), ("quiz", "quizzes"), ("gas", "gases"), ("canvas", "canvases"), ("tie", "ties"),
    ]

    private static let uncountable: Set<String> = [
        "equipment", "staff", "furniture", "news", "information", "data", "feedback", "homework", "software",
        "hardware", "series", "species", "media", "money", "music", "sheep", "luggage", "advice", "research",
    ]

    /// Forms that no ending explains.
    private static let verbs: [String: String] = [
        "lent": "lend", "lending": "lend", "paid": "pay", "sent": "send", "sold": "sell", "bought": "buy",
        "made": "mak", "given": "giv", "taken": "tak", "kept": "keep", "held": "hold", "done": "do", "begun": "begin",
        "ended": "end", "ending": "end", "status": "status", "running": "run", "written": "writ", "shipped": "ship",
        "cancelled": "cancel", "canceled": "cancel", "cancelling": "cancel", "hired": "hir", "hiring": "hir",
        "due": "due", "used": "us", "use": "us", "using": "us", "bring": "bring", "spring": "spring",
        "string": "string",
        "thing": "thing", "building": "building", "meeting": "meeting", "bed": "bed", "shed": "shed", "seed": "seed",
        "rating": "rating", "setting": "setting", "price": "pric", "need": "need", "needed": "need", "need's": "need",
        "feed": "feed", "speed": "speed", "breed": "breed", "people": "person",
    ]
}
