/// A pattern over words: literals with alternatives ("is|are"), optional ones ("be?") and captures ("<x>", one word or more).
///
/// Compiled from text once, so that the patterns read like the sentences they match.
struct WordPattern: Sendable {
    private enum Piece: Sendable {
        case literal(Set<String>, isOptional: Bool)
        case capture
    }

    private let pieces: [Piece]

    init(_ pattern: String) {
        pieces = pattern.split(separator: " ").map { piece in
            if piece.hasPrefix("<") { return .capture }
            let isOptional = piece.hasSuffix("?")
            let alternatives = (isOptional ? piece.dropLast() : piece).split(separator: "|").map(String.init)
            return .literal(Set(alternatives), isOptional: isOptional)
        }
    }

    /// What the captures hold when the pattern covers all words; shorter captures are tried first.
    func match(_ words: [String]) -> [[String]]? {
        // Long sentences are no rules of a known shape, and matching is quadratic.
        guard words.count <= 40 else { return nil }
        return match(pieces[...], words[...])
    }

    private func match(_ pieces: ArraySlice<Piece>, _ words: ArraySlice<String>) -> [[String]]? {
        guard let piece = pieces.first else { return words.isEmpty ? [] : nil }
        let rest = pieces.dropFirst()
        switch piece {
        case .literal(let alternatives, let isOptional):
            if let word = words.first, alternatives.contains(word), let found = match(rest, words.dropFirst()) {
                return found
            }
            return isOptional ? match(rest, words) : nil
        case .capture:
            var end = words.startIndex
            while end < words.endIndex {
                end += 1
                if let found = match(rest, words[end...]) { return [Array(words[words.startIndex..<end])] + found }
            }
            return nil
        }
    }
}
