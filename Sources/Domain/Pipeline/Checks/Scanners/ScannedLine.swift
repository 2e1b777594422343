import Kernel

/// A line as the scanners see it.
struct ScannedLine {
    let number: Int
    /// The line with comments and the insides of strings blanked: what is left is code.
    let code: String
    /// `code` without white space.
    let compact: String
    /// `compact` in bytes: looking for signs in them is what scanning a build comes down to.
    private let signs: [UInt8]
    /// The line with comments blanked, its strings in place.
    let text: String

    init(number: Int, code: String, text: String) {
        self.number = number
        self.code = code
        self.text = text
        signs = code.utf8.filter { $0 > UInt8(ascii: " ") }
        compact = String(decoding: signs, as: UTF8.self)
    }

    /// The lines of a file, comments and strings told apart where the language is known.
    static func of(_ content: String, at path: FilePath) -> [ScannedLine] {
        let language = Language.of(path)
        let scan = language.map { SourceScan(content, $0) }
        let raw = Array(content.utf8)
        let code = (scan?.code ?? raw).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let text = (scan?.uncommented ?? raw).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return zip(code, text).enumerated().map { index, line in
            ScannedLine(
                number: index + 1, code: String(decoding: line.0, as: UTF8.self),
                text: String(decoding: line.1, as: UTF8.self))
        }
    }

    /// Whether code has this, spaces aside.
    func has(_ signs: String...) -> Bool { signs.contains { holds($0.utf8) } }

    private func holds(_ sign: String.UTF8View) -> Bool {
        guard let first = sign.first, signs.count >= sign.count else { return false }
        return signs.indices.dropLast(sign.count - 1).contains { start in
            signs[start] == first && signs[start..<start + sign.count].elementsEqual(sign)
        }
    }

    /// Whether the line has this in code or in a string; letters of either case.
    func mentions(_ words: [String]) -> Bool {
        let lower = text.lowercased()
        return words.contains { lower.contains($0) }
    }

    /// Whether one of these functions is called here, by its whole name: `eval` is not `self.eval` or `evaluate`.
    func calls(_ names: String...) -> Bool { names.contains { arguments(of: $0) != nil } }

    /// Whether one of these is called with something else than one piece of text that stands there.
    func callsWithValue(_ names: String...) -> Bool {
        names.contains { name in arguments(of: name).map { !Self.isLiteral($0) } ?? false }
    }

    /// What follows the opening bracket of a call, strings blanked.
    private func arguments(of name: String) -> Substring? {
        guard holds((name + "(").utf8) else { return nil }
        var rest = Substring(compact)
        var before: Character?
        while let found = rest.firstRange(of: name + "(") {
            let previous = found.lowerBound > rest.startIndex ? rest[rest.index(before: found.lowerBound)] : before
            let isWhole = previous.map { !Self.isName($0) && $0 != "." } ?? true
            if isWhole || name.hasPrefix(".") { return rest[found.upperBound...] }
            before = "("
            rest = rest[found.upperBound...]
        }
        return nil
    }

    /// A string in quotes without anything put into it, and then the end or a further argument.
    private static func isLiteral(_ arguments: Substring) -> Bool {
        guard let quote = arguments.first else { return false }
        if quote == ")" { return true }
        guard "\"'`".contains(quote) else { return false }
        let inside = arguments.dropFirst().drop { $0 == quote }
        return inside.first.map { ",)".contains($0) } ?? true
    }

    static func isName(_ character: Character) -> Bool {
        character == "_" || character == "$" || character.isLetter || character.isNumber
    }
}

/// A rule that one line decides.
struct LineRule: Sendable {
    let rule: ScanRule
    let matches: @Sendable (ScannedLine) -> Bool

    init(_ rule: ScanRule, _ matches: @escaping @Sendable (ScannedLine) -> Bool) {
        self.rule = rule
        self.matches = matches
    }
}
