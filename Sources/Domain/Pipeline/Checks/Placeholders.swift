/// Finds comments that stand where code should be: "rest of the code unchanged" and its kin.
///
/// Models that rewrite a file leave parts of it out this way, and what they leave out is lost. Only comments and bare
/// ellipses count, so that a form's `placeholder="Your code here"` passes.
enum Placeholders {
    struct Finding: Equatable {
        /// From 1.
        let line: Int
        let text: String
    }

    static func first(in content: String) -> Finding? {
        var number = 0
        for line in content.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            number += 1
            guard let comment = comment(in: line) else { continue }
            let words = comment.lowercased().split { !$0.isLetter && $0 != "'" }.joined(separator: " ")
            if phrases.contains(where: words.contains) || isElision(comment, words: words) {
                return Finding(line: number, text: Sentences.shortened(String(line), to: 80))
            }
        }
        return nil
    }

    /// What follows the line's first comment sign, or the whole line when it begins with an ellipsis.
    private static func comment(in line: Substring) -> Substring? {
        let text = line.drop(while: \.isWhitespace)
        if text.hasPrefix("...") || text.hasPrefix("…") || text.hasPrefix("* ") { return text }
        // The earliest sign: what stands before it is code.
        return signs.compactMap { text.firstRange(of: $0) }.min { $0.lowerBound < $1.lowerBound }
            .map { text[$0.upperBound...] }
    }

    private static let signs = ["#", "//", "/*", "<!--", "--", "{/*", "%", ";;"]

    /// "... existing code ...", "… (same as above)": an ellipsis and a word that says what was left out.
    private static func isElision(_ comment: Substring, words: String) -> Bool {
        let text = comment.drop(while: \.isWhitespace)
        guard text.hasPrefix("...") || text.hasPrefix("…") else { return false }
        return elided.contains(where: words.contains)
    }

    private static let elided = [
        "existing", "unchanged", "rest of", "remaining", "same as", "omitted", "as before", "previous code",
        "other methods", "other functions", "keep the",
    ]

    private static let phrases = [
        "rest of code", "rest of the code", "rest of file", "rest of the file", "rest of the class",
        "rest of the function", "rest of the implementation", "rest of the methods", "rest remains", "rest unchanged",
        "rest is unchanged", "existing code here", "existing code remains", "existing code unchanged",
        "existing code stays", "code unchanged", "code remains unchanged", "code remains the same",
        "remaining code unchanged", "remaining code stays", "remaining methods unchanged",
        "remaining functions unchanged", "omitted for brevity",
        "truncated for brevity", "code omitted", "your code here", "your code goes here", "implementation here",
        "implementation goes here", "implement me", "todo implement", "todo add implementation", "fixme implement",
        "still to be implemented", "not implemented yet", "same as before", "same as above code", "add logic here",
        "logic goes here", "code goes here", "previous code here",
    ]
}
