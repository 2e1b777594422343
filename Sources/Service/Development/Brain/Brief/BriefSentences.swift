/// Sentences of a brief and what they look like at first sight.
enum BriefSentences {
    /// Parts text at ". ", "! " and "? ", not inside numbers or brackets and not after "e.g.".
    static func split(_ text: String) -> [String] {
        var sentences: [String] = []
        var sentence = ""
        var depth = 0
        let characters = Array(text)
        for (index, character) in characters.enumerated() {
            sentence.append(character)
            if character == "(" { depth += 1 }
            if character == ")" { depth = max(0, depth - 1) }
            guard ".!?;。".contains(character), depth == 0 else { continue }
            let next = index + 1 < characters.count ? characters[index + 1] : " "
            let isAbbreviation = ["e.g.", "i.e.", "etc.", "no.", "approx."].contains {
                sentence.lowercased().hasSuffix(" " + $0)
            }
            if (next.isWhitespace || character == "。") && !isAbbreviation {
                sentences.append(MarkdownReader.trim(sentence))
                sentence = ""
            }
        }
        sentences.append(MarkdownReader.trim(sentence))
        return sentences.filter { !$0.isEmpty }
    }

    /// Parts at a separator outside brackets and quotes.
    static func parts(_ text: String, at separators: Set<Character>) -> [String] {
        var parts: [String] = [""]
        var depth = 0
        for character in text {
            if "([{".contains(character) { depth += 1 }
            if ")]}".contains(character) { depth = max(0, depth - 1) }
            if depth == 0 && separators.contains(character) {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts.map { MarkdownReader.trim($0) }.filter { !$0.isEmpty }
    }

    /// "As a librarian, I want …".
    static func isStory(_ text: String) -> Bool {
        let lower = text.lowercased()
        let asSomebody = ["as a ", "as an ", "as the "].contains(where: lower.hasPrefix)
        return asSomebody && [" i ", " we "].contains(where: lower.contains)
    }

    /// Whether the sentence says what must, may or can never be.
    static func isRule(_ text: String) -> Bool {
        let lower = " " + EnglishWords.split(text).joined(separator: " ") + " "
        let wishes = [
            "i want", "we want", "i need", "we need", "i would", "we would", "id like", "it should", "the app should",
            "the system should", "the tool should", "please", "can you", "could you", "ignore", "i have to",
        ]
        if text.hasSuffix("?") || wishes.contains(where: { lower.hasPrefix(" \($0) ") }) { return false }
        return marks.contains { lower.contains(" \($0) ") }
    }

    private static let marks = [
        "must", "cannot", "can not", "cant", "may not", "mustnt", "never", "at most", "at least", "no more than",
        "not more than", "unique", "not allowed", "can only", "may only", "only if", "only when", "no two", "overlap",
        "positive", "is required", "are required", "mandatory", "is between", "are between", "should not", "shouldnt",
        "only one", "has to", "have to", "not be", "shall", "is one of", "is either", "up to", "maximum", "minimum",
        "forbidden", "one of", "should", "only active",
    ]
}
