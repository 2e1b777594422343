/// Names of the things a brief keeps.
enum EntityName {
    /// "the library members" → "Library member"; `nil` when it is no name of one to three words.
    static func read(_ text: String) -> String? {
        var words = MarkdownReader.trim(text).split(whereSeparator: { $0 == " " || $0 == "_" }).map { word in
            String(word.filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "'" })
        }
        words.removeAll(where: \.isEmpty)
        while let first = words.first?.lowercased(), openers.contains(first) { words.removeFirst() }
        guard (1...3).contains(words.count), let first = words.first?.first, first.isLetter else { return nil }
        guard words.allSatisfy({ !forbidden.contains($0.lowercased()) }) else { return nil }
        let last = words[words.count - 1]
        let singular = EnglishWords.singular(last.lowercased())
        if singular != last.lowercased() { words[words.count - 1] = singular }
        let name = words.joined(separator: " ")
        guard name.count <= 40 else { return nil }
        return name.prefix(1).uppercased() + name.dropFirst()
    }

    /// The entity that a phrase names, in singular or plural, in full or by its last word.
    static func matches(_ phrase: String, _ entities: [String]) -> String? {
        let wanted = EnglishWords.split(phrase).map(EnglishWords.singular)
        guard !wanted.isEmpty else { return nil }
        let split = entities.map { (name: $0, words: EnglishWords.split($0).map(EnglishWords.singular)) }
        return split.first { $0.words == wanted }?.name
            ?? split.first { $0.words.count > wanted.count && Array($0.words.suffix(wanted.count)) == wanted }?.name
    }

    private static let openers: Set<String> = [
        "a", "an", "the", "each", "every", "all", "any", "our", "my", "some", "one",
    ]

    private static let forbidden: Set<String> = [
        "i", "we", "you", "it", "they", "this", "that", "there", "is", "are", "and", "or", "must", "can", "cannot",
        "may",
        "when", "if", "for", "to", "with", "who", "what", "how", "as", "not", "no", "only", "so", "note", "example",
        "also",
        "https", "http", "he", "she", "please", "hello", "hi", "yes", "ok", "okay", "thanks", "system", "assistant",
        "in",
        "on", "at", "of", "by", "from", "title", "brief", "name", "add",
    ]
}
