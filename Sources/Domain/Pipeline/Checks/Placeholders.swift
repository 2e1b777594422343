import Kernel

/// Finds what stands where code should be: "rest of the code unchanged" and its kin, and functions that only say that
/// they are not written yet.
///
/// Models that rewrite a file leave parts of it out this way, and what they leave out is lost. Only comments, bare
/// ellipses and calls count, so that a form's `placeholder="Your code here"` passes.
enum Placeholders {
    struct Finding: Equatable {
        /// From 1.
        let line: Int
        let text: String
    }

    static func first(in content: String, at path: FilePath) -> Finding? { all(in: content, at: path).first }

    /// What an edit brings in that was not there before.
    static func first(in content: String, at path: FilePath, notIn old: String) -> Finding? {
        var known = all(in: old, at: path).map(\.text)
        return all(in: content, at: path).first { finding in
            guard let index = known.firstIndex(of: finding.text) else { return true }
            known.remove(at: index)
            return false
        }
    }

    static func all(in content: String, at path: FilePath) -> [Finding] {
        let lines = content.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        var comments: [(line: Int, text: Substring)]
        var code: [Substring] = []
        if let language = Language.of(path), language.family != .markdown {
            let scan = SourceScan(content, language)
            code = Substring(String(decoding: scan.code, as: UTF8.self))
                .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            comments = scan.comments.flatMap { comment in
                comment.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
                    .map { (comment.line + $0.offset, body(of: $0.element)) }
            }
            comments += code.enumerated().filter { isEllipsis(bare($0.element)) }.map {
                ($0.offset + 1, bare($0.element))
            }
        } else {
            comments = lines.enumerated().compactMap { index, line in comment(in: line).map { (index + 1, $0) } }
        }
        var found = comments.filter { standsForCode($0.text) }.map(\.line)
        for (index, line) in code.enumerated() where index < lines.count && isStub(line, lines[index], path) {
            found.append(index + 1)
        }
        return Set(found).sorted().filter { $0 <= lines.count }
            .map { Finding(line: $0, text: Sentences.shortened(String(lines[$0 - 1]), to: 80)) }
    }

    private static func standsForCode(_ comment: Substring) -> Bool {
        let words = comment.lowercased().split { !$0.isLetter && $0 != "'" }.joined(separator: " ")
        return phrases.contains(where: words.contains) || isElision(comment, words: words) || isTask(comment)
    }

    // MARK: Comments

    /// What follows the line's first comment sign, or the whole line when it begins with an ellipsis: for files of which
    /// nothing else is known.
    private static func comment(in line: Substring) -> Substring? {
        let text = bare(line)
        if isEllipsis(text) || text.hasPrefix("* ") { return text }
        // The earliest sign: what stands before it is code.
        return signs.compactMap { text.firstRange(of: $0) }.min { $0.lowerBound < $1.lowerBound }
            .map { text[$0.upperBound...] }
    }

    private static let signs = ["#", "//", "/*", "<!--", "--", "{/*", "%", ";;"]

    /// A comment's line without its signs.
    private static func body(of line: Substring) -> Substring {
        line.drop { $0.isWhitespace || "#/*<!-%;{".contains($0) }
    }

    private static func bare(_ line: Substring) -> Substring { line.drop(while: \.isWhitespace) }

    private static func isEllipsis(_ text: Substring) -> Bool { text.hasPrefix("...") || text.hasPrefix("…") }

    /// "... existing code ...", "[… same as above]": an ellipsis and a word that says what was left out.
    private static func isElision(_ comment: Substring, words: String) -> Bool {
        let text = comment.drop { $0.isWhitespace || "([<".contains($0) }
        guard isEllipsis(text) else { return false }
        return elided.contains(where: words.contains)
    }

    /// "TODO", and "TODO: add the check": a note that something is still to be written.
    private static func isTask(_ comment: Substring) -> Bool {
        let text = body(of: comment)
        guard let sign = ["TODO", "FIXME"].first(where: text.hasPrefix) else { return false }
        let rest = text.dropFirst(sign.count).drop { $0 == ")" || $0 == ":" || $0 == "-" || $0.isWhitespace }
        let first = rest.prefix(while: \.isLetter).lowercased()
        return rest.isEmpty || rest.hasPrefix("*/") || rest.hasPrefix("-->") || verbs.contains(first)
    }

    private static let verbs: Set<String> = [
        "implement", "finish", "complete", "write", "add", "fill", "handle", "wire", "replace", "build", "code",
        "define", "validate", "actual", "real", "proper",
    ]

    private static let elided = [
        "existing", "unchanged", "rest of", "remaining", "same as", "omitted", "as before", "previous code",
        "other methods", "other functions", "other code", "other imports", "keep the", "more methods", "snip",
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
        "logic goes here", "code goes here", "previous code here", "left as an exercise", "implementation omitted",
        "rest of component", "rest of the component",
        // The same in other languages that models and people write.
        "resto del código", "resto do código", "resto del codice", "reste du code", "rest des codes",
        "restlicher code", "rest van de code", "resten av koden", "остальной код", "код без изменений", "其余代码",
        "其他代码不变", "其餘程式碼", "残りのコード", "나머지 코드",
    ]

    // MARK: Stubs

    private static func isStub(_ code: Substring, _ line: Substring, _ path: FilePath) -> Bool {
        if path.suffix == "rs", ["todo!(", "unimplemented!("].contains(where: code.contains) { return true }
        if path.suffix == "kt", bare(code).hasPrefix("TODO(") { return true }
        if path.suffix == "cs", code.contains("new NotImplementedException(") { return true }
        guard raising.contains(where: code.contains) else { return false }
        let words = line.lowercased().split { !$0.isLetter }.joined(separator: " ")
        let isPython = path.suffix == "py"
        return ["todo", "not yet implemented", "not implemented yet", "implement me"].contains(where: words.contains)
            || !isPython && ["not implemented", "unimplemented"].contains(where: words.contains)
    }

    private static let raising = [
        "throw new Error(", "throw Error(", "fatalError(", "panic(", "NotImplementedError(",
        "UnsupportedOperationException(", "std::runtime_error(",
    ]
}
