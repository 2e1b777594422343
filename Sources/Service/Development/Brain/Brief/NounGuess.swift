/// The last resort: one entity from a text in which no entity was found.
enum NounGuess {
    static func entity(in text: String) -> EntityReader.Found {
        let words = EnglishWords.split(String(text.prefix(4_000)))
        var scores: [(word: String, score: Int)] = []
        for (index, word) in words.enumerated() {
            let singular = EnglishWords.singular(word)
            guard word.count > 2, word.count < 24, !word.contains(where: \.isNumber), !isCommon(word),
                !isCommon(singular)
            else { continue }
            var score = 1
            if singular != word { score += 4 }
            if index > 0, leading.contains(words[index - 1]) { score += 3 }
            if index > 1, leading.contains(words[index - 2]) { score += 1 }
            if let known = scores.firstIndex(where: { $0.word == singular }) {
                scores[known].score += score
            } else {
                scores.append((singular, score))
            }
        }
        // The first of the best: `max` would take the last one.
        let best = scores.reduce(("item", 0)) { $1.score > $0.1 ? ($1.word, $1.score) : $0 }.0
        let name = best.prefix(1).uppercased() + best.dropFirst()
        var fields = ["name", "notes (optional)"]
        for (word, field) in hints where words.contains(where: { EnglishWords.singular($0) == word }) {
            fields.append(field)
        }
        return EntityReader.Found(name: name, fields: fields)
    }

    private static func isCommon(_ word: String) -> Bool { common.contains(word) }

    private static let leading: Set<String> = [
        "track", "manage", "list", "keep", "record", "store", "my", "our", "of", "book", "lend", "rent", "sell",
        "count",
        "organise", "organize", "register", "plan", "the", "a", "an", "all", "for",
    ]

    /// Fields whose words the text mentions; each is optional, for it is a guess.
    private static let hints: [(word: String, field: String)] = [
        ("price", "price (decimal, optional)"), ("cost", "cost (decimal, optional)"), ("email", "email (optional)"),
        ("phone", "phone (text, optional)"), ("deadline", "deadline (date, optional)"),
        ("date", "date (date, optional)"),
        ("quantity", "quantity (integer, optional)"), ("status", "status (text, optional)"),
        ("owner", "owner (optional)"),
    ]

    private static let common: Set<String> = Set(
        """
        the and for with that this these those from have has had was were are our your their his her its you they them
        she him who what when where which why how can could should would must may might will shall not but all any each
        every some more most other such only own same than too very just also into over under after before then once here
        there about against between through during out off again further app application software program system
        website web site page platform solution project product thing stuff something anything someone everyone people
        person user want wants need needs like make makes made build create help helps use uses using please hello thanks
        thank lot way ways time day new good simple easy small big great nice able work works let lets get give given take
        keep keeps track manage store record list show see add edit delete remove update change know ignore previous
        instruction instructions prompt secret yes okay sure idea maybe really don doesn isn und der die das ein eine ist
        mit für wir ich nicht les des une est pour avec nous que los las una para con que por del der den dem
        """.split(whereSeparator: \.isWhitespace).map(String.init))
}
