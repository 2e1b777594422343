import Features

/// A rough ear for whether a specification speaks of what a sentence speaks of: most of the sentence's longer words
/// occur in it. Good enough to point at a rule that may have been dropped, not to say that it was.
struct WordCoverage {
    private let stems: Set<String>

    init(of spec: Spec) {
        var text = spec.summary
        for requirement in spec.requirements {
            text += " " + requirement.text + " " + requirement.acceptance.joined(separator: " ")
        }
        for operation in spec.operations { text += " " + operation.summary }
        text += " " + spec.outOfScope.joined(separator: " ")
        stems = Set(Self.stems(of: text))
    }

    /// At least half of the words that carry meaning, and every number.
    func mentions(_ sentence: String) -> Bool {
        let words = Set(Self.stems(of: sentence))
        let numbers = words.filter { $0.allSatisfy(\.isNumber) }
        guard numbers.isSubset(of: stems) else { return false }
        return words.intersection(stems).count * 2 >= words.count
    }

    /// Numbers, and the first five letters of words of four and more: enough to make "book" of "booking", in most
    /// languages that inflect at the end.
    private static func stems(of text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.compactMap { word in
            if word.allSatisfy(\.isNumber) { return String(word) }
            return word.count >= 4 && !fillers.contains(String(word)) ? String(word.prefix(5)) : nil
        }
    }

    private static let fillers: Set<String> = [
        "that", "this", "with", "from", "have", "must", "shall", "should", "will", "when", "than", "then", "them",
        "they", "only", "each", "every", "into", "cannot", "there", "their", "does", "been", "more",
    ]
}
