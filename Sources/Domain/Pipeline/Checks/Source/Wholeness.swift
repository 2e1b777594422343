import Kernel

/// Whether a file looks cut short, merged by hand or wrapped in what does not belong to it.
enum Wholeness {
    /// A sentence about the first thing that is wrong, or `nil`.
    static func fault(in content: String, at path: FilePath) -> String? {
        if let fault = leftovers(in: content, at: path) { return fault }
        guard let language = Language.of(path) else { return nil }
        switch language.family {
        case .markdown: return openFence(in: content)
        case .markup: return openMarkup(in: content, language)
        default:
            let scan = SourceScan(content, language)
            return scan.fault ?? (language.countsBrackets ? hangingEnd(scan, language) : nil)
        }
    }

    /// Marks of a merge, and a Markdown fence around a whole file.
    private static func leftovers(in content: String, at path: FilePath) -> String? {
        var began = false
        for line in content.split(whereSeparator: \.isNewline) {
            if line.hasPrefix("<<<<<<< ") { began = true }
            if began, line.hasPrefix(">>>>>>> ") {
                return "it has the marks of an unfinished merge (<<<<<<< … >>>>>>>)"
            }
        }
        guard Language.of(path)?.family != .markdown, !["txt", "rst", "adoc"].contains(path.suffix) else { return nil }
        return content.drop(while: \.isWhitespace).hasPrefix("```") ? "it begins with a Markdown fence (```)" : nil
    }

    private static func openFence(in content: String) -> String? {
        var open: (sign: Character, length: Int, line: Int)?
        var number = 0
        for line in content.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            number += 1
            let text = line.drop { $0 == " " || $0 == ">" || $0 == "\t" }
            guard let sign = text.first, sign == "`" || sign == "~" else { continue }
            let length = text.prefix { $0 == sign }.count
            let rest = text.dropFirst(length)
            guard length >= 3, !(sign == "`" && rest.contains("`")) else { continue }
            if let fence = open {
                if sign == fence.sign, length >= fence.length, rest.allSatisfy(\.isWhitespace) { open = nil }
            } else {
                open = (sign, length, number)
            }
        }
        return open.map { "the code block of line \($0.line) is never closed" }
    }

    private static func openMarkup(in content: String, _ language: Language) -> String? {
        if let fault = SourceScan(content, language).fault { return fault }
        let text = content.lowercased()
        for tag in ["html", "body", "script", "style", "template", "svg"] {
            let opens = text.contains("<\(tag)>") || text.contains("<\(tag) ")
            if opens, !text.contains("</\(tag)"), !text.contains("/>") { return "<\(tag)> is never closed" }
        }
        return nil
    }

    /// The last line of code asks for more.
    private static func hangingEnd(_ scan: SourceScan, _ language: Language) -> String? {
        let code = String(decoding: scan.code, as: UTF8.self)
        guard let end = code.lastIndex(where: { !$0.isWhitespace }) else { return nil }
        let text = code[...end]
        guard !text.hasSuffix("..."), !text.hasSuffix("++"), !text.hasSuffix("--") else { return nil }
        let asksForMore = "=+&|^,.\\"
        let last = text[end]
        if asksForMore.contains(last) || (language.family == .python && last == ":") {
            return "its last line ends with \"\(last)\", in the middle of a statement"
        }
        guard language.family != .sql, language.family != .stylesheet else { return nil }
        let word = text.suffix(while: \.isLetter)
        let isHanging = ["def", "import", "class", "func", "function", "const", "extends"].contains(word)
        return isHanging ? "its last line ends with \"\(word)\", in the middle of a statement" : nil
    }
}

extension Substring {
    fileprivate func suffix(while matches: (Character) -> Bool) -> Substring {
        var start = endIndex
        while start > startIndex, matches(self[index(before: start)]) { start = index(before: start) }
        return self[start...]
    }
}
