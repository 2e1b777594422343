extension MarkdownPage {
    /// One line of text in which nothing is Markdown or HTML any more.
    ///
    /// Every character that could begin something is preceded by a backslash (CommonMark §2.4); so are the dots and
    /// colons that GitHub's autolinks need, and `@` and `$`, its mentions and formulas.
    static func inline(_ text: String) -> String {
        // By scalars: to a `Character`, a bracket with a joiner or a mark upon it would be no bracket.
        let words = singleLine(text).unicodeScalars
        var result = String.UnicodeScalarView()
        var digitsOnly = true
        for (offset, scalar) in words.enumerated() {
            let needsEscape =
                switch scalar {
                case "\\", "`", "*", "_", "[", "]", "<", ">", "|", "~", "&", "$", "@", "^": true
                case "#", "+", "-", "=", "!": offset == 0
                case ")": digitsOnly && offset > 0
                case ".": digitsOnly && offset > 0 || endsIn(result, ["www"])
                case ":": endsIn(result, ["http", "https", "ftp", "mailto", "xmpp"])
                default: false
                }
            if needsEscape { result.append("\\") }
            result.append(scalar)
            if !("0"..."9").contains(scalar) { digitsOnly = false }
        }
        return String(result)
    }

    /// A code span, safe in a table too; for names, paths and the like.
    static func code(_ text: String) -> String {
        let words = singleLine(text)
        guard !words.isEmpty else { return "" }
        // In a table a bar parts cells even inside a code span, unless escaped; outside one the backslash would show.
        guard !words.utf8.contains(UInt8(ascii: "|")) else { return inline(words) }
        let tick = UInt8(ascii: "`")
        let fence = String(repeating: "`", count: longestRun(of: tick, in: words) + 1)
        let padding = words.utf8.first == tick || words.utf8.last == tick ? " " : ""
        return fence + padding + words + padding + fence
    }

    static func longestRun(of byte: UInt8, in text: String) -> Int {
        text.utf8.split { $0 != byte }.map(\.count).max() ?? 0
    }

    private static func singleLine(_ text: String) -> String {
        visible(text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
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

    /// Whether the text ends in one of these words.
    private static func endsIn(_ text: String.UnicodeScalarView, _ words: [String]) -> Bool {
        let word = text.reversed().prefix { $0.isASCII && $0.properties.isAlphabetic }
        return words.contains(String(String.UnicodeScalarView(word.reversed())).lowercased())
    }
}
