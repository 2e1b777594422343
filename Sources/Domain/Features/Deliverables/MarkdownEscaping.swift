extension MarkdownPage {
    /// One line of text in which nothing is Markdown or HTML any more.
    ///
    /// Every character that could begin something is preceded by a backslash (CommonMark §2.4); so are the dots and
    /// colons that GitHub's autolinks need, and `@` and `$`, its mentions and formulas.
    static func inline(_ text: String) -> String {
        let words = visible(text).split(whereSeparator: { $0.isWhitespace }).joined(separator: " ")
        var result = ""
        var digitsOnly = true
        for (offset, character) in words.enumerated() {
            switch character {
            case "\\", "`", "*", "_", "[", "]", "<", ">", "|", "~", "&", "$", "@", "^":
                result += "\\\(character)"
            case _ where offset == 0 && "#+-=!".contains(character):
                result += "\\\(character)"
            case _ where digitsOnly && offset > 0 && ".)".contains(character):
                result += "\\\(character)"
            case ":" where breaksLink(before: result):
                result += "\\:"
            case "." where result.lowercased().hasSuffix("www"):
                result += "\\."
            default:
                result.append(character)
            }
            if !character.isNumber { digitsOnly = false }
        }
        return result
    }

    /// A code span, safe in a table too; for names, paths and the like.
    static func code(_ text: String) -> String {
        let words = visible(text).split(whereSeparator: { $0.isWhitespace }).joined(separator: " ")
        guard !words.isEmpty else { return "" }
        // In a table a bar parts cells even inside a code span, unless escaped; outside one the backslash would show.
        guard !words.contains("|") else { return inline(words) }
        let longest = words.split(whereSeparator: { $0 != "`" }).map(\.count).max() ?? 0
        let fence = String(repeating: "`", count: longest + 1)
        let padding = words.hasPrefix("`") || words.hasSuffix("`") ? " " : ""
        return fence + padding + words + padding + fence
    }

    /// The text without characters that cannot be seen but change how the rest is (control and bidirectional ones).
    static func visible(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !isDeceptive(scalar) { scalars.append(scalar) }
        return String(scalars)
    }

    static func isDeceptive(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: false
        case 0..<0x20, 0x7F..<0xA0: true
        // Marks, embeddings, overrides and isolates (Unicode Standard Annex 9), and the tag characters.
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF, 0xE0000...0xE007F: true
        default: false
        }
    }

    private static func breaksLink(before text: String) -> Bool {
        let word = text.reversed().prefix { $0.isLetter }
        return ["http", "https", "ftp", "mailto", "xmpp"].contains(String(word.reversed()).lowercased())
    }
}
