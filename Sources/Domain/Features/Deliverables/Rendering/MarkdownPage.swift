/// Builds a Markdown page (CommonMark 0.31 with GitHub's tables and task lists) out of text that nobody vouches for.
///
/// Headings, lists and tables come from the code that renders; whatever a person or a model wrote goes through
/// `inline`, `code` or `codeBlock`, after which it can only be read: no HTML, no links, no structure of its own.
struct MarkdownPage {
    private var blocks: [String] = []

    var text: String { blocks.joined(separator: "\n\n") + "\n" }

    mutating func heading(_ level: Int, _ words: String) { heading(level, rendered: Self.inline(words)) }

    mutating func heading(_ level: Int, rendered: String) {
        blocks.append(String(repeating: "#", count: level) + " " + rendered)
    }

    /// Something already rendered, or the page's own words.
    mutating func line(_ rendered: String) { blocks.append(rendered) }

    /// Paragraphs, parted where the text has an empty line; its other line breaks are kept.
    mutating func prose(_ text: String) {
        var paragraph: [String] = []
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let words = Self.inline(String(line))
            if words.isEmpty, !paragraph.isEmpty {
                blocks.append(paragraph.joined(separator: "\\\n"))
                paragraph = []
            } else if !words.isEmpty {
                paragraph.append(words)
            }
        }
        if !paragraph.isEmpty { blocks.append(paragraph.joined(separator: "\\\n")) }
    }

    mutating func list(_ items: [String]) {
        blocks.append(items.map { "- " + Self.inline($0) }.joined(separator: "\n"))
    }

    mutating func checklist(_ items: [String]) { checklist(rendered: items.map(Self.inline)) }

    mutating func checklist(rendered items: [String]) {
        guard !items.isEmpty else { return }
        blocks.append(items.map { "- [ ] " + $0 }.joined(separator: "\n"))
    }

    /// `rows` hold rendered cells: what `inline` and `code` give is safe in a table.
    mutating func table(_ titles: [String], _ rows: [[String]]) {
        guard !rows.isEmpty else { return }
        let lines = [titles, titles.map { _ in "---" }] + rows
        blocks.append(lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n"))
    }

    mutating func codeBlock(_ content: String, language: String) {
        let fence = String(repeating: "`", count: max(3, Self.longestRun(of: UInt8(ascii: "`"), in: content) + 1))
        let tag = language.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } ? language : ""
        var body = content.unicodeScalars.contains { Self.isDeceptive($0) } ? Self.visible(content) : content
        if !body.hasSuffix("\n") { body += "\n" }
        blocks.append(fence + tag + "\n" + body + fence)
    }

    mutating func section(_ title: String, list items: [String]) {
        guard !items.isEmpty else { return }
        heading(2, title)
        list(items)
    }

    mutating func section(_ title: String, entities: [Entity]) {
        guard !entities.isEmpty else { return }
        heading(2, title)
        for entity in entities {
            heading(3, entity.name)
            table(
                ["Field", "Kind", "Needed"],
                entity.fields.map { [Self.code($0.name), $0.type.rawValue, $0.isRequired ? "yes" : "no"] })
        }
    }
}
