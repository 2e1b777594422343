extension MarkdownPage {
    /// One line of text in which nothing is Markdown or HTML any more, but for `names` that stand between backticks:
    /// those stay code, in which nothing else can begin (CommonMark §6.1).
    static func inline(_ text: String) -> String {
        // By scalars: to a `Character`, a bracket with a joiner or a mark upon it would be no bracket.
        var rest = singleLine(text).unicodeScalars[...]
        var result = String.UnicodeScalarView()
        while let tick = rest.firstIndex(of: "`") {
            appendEscaped(rest[..<tick], to: &result)
            rest = rest[tick...]
            if let span = codeSpan(beginning: rest) {
                result += span
                rest = rest[span.endIndex...]
            } else {
                let run = rest.prefix { $0 == "`" }
                for tick in run { result += ["\\", tick] }
                rest = rest[run.endIndex...]
            }
        }
        appendEscaped(rest, to: &result)
        return String(result)
    }

    /// A pair of single backticks with plain text between them; a bar would part a table's cells.
    private static func codeSpan(beginning text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView? {
        let content = text.dropFirst().prefix { $0 != "`" && $0 != "|" }
        guard let first = content.first, first != " ", content.last != " ", content.endIndex < text.endIndex,
            text[content.endIndex] == "`"
        else { return nil }
        let end = text.index(after: content.endIndex)
        guard end == text.endIndex || text[end] != "`" else { return nil }
        return text[..<end]
    }

    /// Every character that could begin something gets a backslash (CommonMark §2.4); so do the dots and colons that
    /// GitHub's autolinks need, and `@` and `$`, its mentions and formulas.
    private static func appendEscaped(_ text: Substring.UnicodeScalarView, to result: inout String.UnicodeScalarView) {
        for scalar in text {
            let needsEscape =
                switch scalar {
                case "\\", "*", "_", "[", "]", "<", ">", "|", "~", "&", "$", "@", "^": true
                case "#", "+", "-", "=", "!": result.isEmpty
                case ")": isNumber(result)
                case ".": isNumber(result) || endsIn(result, ["www"])
                case ":": endsIn(result, ["http", "https", "ftp", "mailto", "xmpp"])
                default: false
                }
            if needsEscape { result.append("\\") }
            result.append(scalar)
        }
    }

    /// A number at the line's beginning, which a dot would make a list item.
    private static func isNumber(_ text: String.UnicodeScalarView) -> Bool {
        // Counting all of it, at each dot, would take minutes on a text of dots.
        !text.isEmpty && text.dropFirst(9).isEmpty && text.allSatisfy { ("0"..."9").contains($0) }
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

    /// Whether the text ends in one of these, in any case; as part of a longer word too, since linkers differ.
    private static func endsIn(_ text: String.UnicodeScalarView, _ words: [String]) -> Bool {
        let end = String(String.UnicodeScalarView(text.suffix(6))).lowercased()
        return words.contains(where: end.hasSuffix)
    }
}
