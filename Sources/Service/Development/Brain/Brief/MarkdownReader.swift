/// One line of a Markdown text, without its marks.
struct MarkdownLine: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// 1 for `#`; lines that are wholly bold count as 7, below every `#`.
        case heading(level: Int)
        /// Columns of white space before the bullet or number.
        case bullet(indent: Int)
        case row([String])
        case text
    }

    var kind: Kind
    var text: String
    /// A blank line parts this line from the one before.
    var startsParagraph = false
}

/// Reads Markdown line by line: headings, bullets, tables, text. Anything else is text; nothing is refused.
enum MarkdownReader {
    static func lines(_ source: String) -> [MarkdownLine] {
        var lines: [MarkdownLine] = []
        var isAfterBlank = true
        for raw in source.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let trimmed = trim(raw)
            if trimmed.isEmpty || trimmed.hasPrefix("```") || trimmed.hasPrefix("~~~") || trimmed.hasPrefix("<!--") {
                isAfterBlank = true
                continue
            }
            if isRule(trimmed) {
                // An underline makes a heading of the text above it.
                if !isAfterBlank, let last = lines.last, last.kind == .text {
                    lines[lines.count - 1].kind = .heading(level: trimmed.hasPrefix("=") ? 1 : 2)
                }
                isAfterBlank = true
                continue
            }
            let opensBold = trimmed.hasPrefix("**") || trimmed.hasPrefix("__")
            var line = read(raw, trimmed)
            line.startsParagraph = isAfterBlank
            isAfterBlank = false
            // A line wrapped by an editor goes on where the line before it ended.
            if line.kind == .text, !line.startsParagraph, !opensBold, let last = lines.last, continues(last, line.text)
            {
                lines[lines.count - 1].text += " " + line.text
            } else {
                lines.append(line)
            }
        }
        return lines
    }

    /// Without emphasis, code marks and links: "**Book** [x](y)" → "Book x".
    static func plain(_ text: some StringProtocol) -> String {
        var plain = ""
        var rest = Substring(text)
        while let character = rest.first {
            if character == "[", let close = rest.firstIndex(of: "]"), rest[close...].dropFirst().first == "(",
                let end = rest[close...].firstIndex(of: ")")
            {
                plain += rest[rest.index(after: rest.startIndex)..<close]
                rest = rest[rest.index(after: end)...]
                continue
            }
            rest.removeFirst()
            if character == "*" || character == "`" { continue }
            // People bracket choices either way: "status [draft, sent]".
            if character == "[" || character == "]" {
                plain.append(character == "[" ? "(" : ")")
                continue
            }
            if character == "_" && (plain.isEmpty || plain.last == " " || rest.isEmpty || rest.first == " ") {
                continue
            }
            if character.isWhitespace {
                if plain.last != " " && !plain.isEmpty { plain.append(" ") }
            } else if !character.unicodeScalars.allSatisfy(isUnwanted) {
                plain.append(character)
            }
        }
        return String(trim(plain))
    }

    static func trim(_ text: some StringProtocol) -> String {
        var rest = Substring(text)
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }

    /// Controls, direction marks and other invisible characters that a later reader could not see.
    static func isUnwanted(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func read(_ raw: Substring, _ trimmed: String) -> MarkdownLine {
        let text = trimmed.drop { $0 == ">" || $0 == " " }
        let level = text.prefix { $0 == "#" }.count
        if level > 0 {
            let heading = plain(text.dropFirst(level))
            let bare = heading.hasSuffix(":") ? String(heading.dropLast()) : heading
            return MarkdownLine(kind: .heading(level: level), text: String(bare.filter { $0 != "#" }))
        }
        if let bullet = bullet(text) {
            let indent = raw.prefix { $0.isWhitespace }.reduce(0) { $0 + ($1 == "\t" ? 4 : 1) }
            return MarkdownLine(kind: .bullet(indent: indent), text: plain(bullet))
        }
        if text.hasPrefix("|") {
            let cells = text.split(separator: "|", omittingEmptySubsequences: false).dropFirst().map { plain($0) }
            return MarkdownLine(kind: .row(cells.last == "" ? cells.dropLast() : cells), text: plain(text))
        }
        for mark in ["**", "__"] where text.hasPrefix(mark) && text.count < 80 {
            let inner = text.dropFirst(2)
            for ending in [mark, mark + ":", ":" + mark] where inner.hasSuffix(ending) {
                let heading = inner.dropLast(ending.count)
                if !heading.contains(mark) { return MarkdownLine(kind: .heading(level: 7), text: plain(heading)) }
            }
        }
        return MarkdownLine(kind: .text, text: plain(text))
    }

    /// What follows a bullet ("- ", "* ", "• ", "1. ", "2) ", "- [ ] "), or `nil`.
    private static func bullet(_ text: Substring) -> Substring? {
        var rest: Substring
        if let first = text.first, "-*+•–‣▪".contains(first), text.dropFirst().first == " " {
            rest = text.dropFirst(2)
        } else {
            let digits = text.prefix { $0.isNumber && $0.isASCII }
            guard (1...3).contains(digits.count) else { return nil }
            rest = text.dropFirst(digits.count)
            guard let mark = rest.first, mark == "." || mark == ")", rest.dropFirst().first == " " else { return nil }
            rest = rest.dropFirst(2)
        }
        for box in ["[ ] ", "[x] ", "[X] "] where rest.hasPrefix(box) { rest = rest.dropFirst(box.count) }
        return rest
    }

    private static func isRule(_ text: String) -> Bool {
        text.count >= 3 && ["-", "=", "_", "*"].contains { mark in text.allSatisfy { String($0) == mark } }
    }

    private static func continues(_ last: MarkdownLine, _ text: String) -> Bool {
        switch last.kind {
        case .heading, .row: return false
        case .bullet: return !text.hasSuffix(":")
        case .text:
            let endsSentence = last.text.last.map { ".:!?;".contains($0) } ?? true
            return !endsSentence && !text.prefix(30).contains(":")
        }
    }
}
