import Kernel

/// One pass over a file that tells code, comments and strings apart, and counts brackets on the way.
///
/// No parser: it must be right about good code, and may miss bad code. What a light scan cannot know (macros, heredocs,
/// text in JSX) it leaves alone.
struct SourceScan {
    struct Comment: Equatable {
        /// From 1, where it begins.
        let line: Int
        let text: String
    }

    /// The file with the contents of comments and strings blanked; as long as the file, its lines in their places.
    private(set) var code: [UInt8]
    /// The file with its comments blanked, its strings in place.
    private(set) var uncommented: [UInt8]
    private(set) var comments: [Comment] = []
    /// What is open that should be closed, or closed that was not open; the first of it.
    private(set) var fault: String?

    private let bytes: [UInt8]
    private let language: Language
    private var position = 0
    private var line = 1
    private var open: [Opened] = []
    /// Conditional compilation may open a bracket twice.
    private let countsBrackets: Bool

    private enum Opened {
        case bracket(UInt8, line: Int)
        case interpolation(StringKind, close: UInt8, line: Int)
    }

    private struct StringKind {
        let quote: UInt8
        let isTriple: Bool
        let hashes: Int
        let isTemplate: Bool
        let isRaw: Bool
        let line: Int
    }

    init(_ content: String, _ language: Language) {
        bytes = Array(content.utf8)
        code = bytes
        uncommented = bytes
        self.language = language
        countsBrackets =
            language.countsBrackets
            && !content.split(separator: "\n").contains { $0.drop(while: \.isWhitespace).hasPrefix("#el") }
        run()
    }

    private mutating func run() {
        while position < bytes.count { step() }
        guard fault == nil, let last = open.last else { return }
        switch last {
        case .bracket(let byte, let line):
            fail("the \"\(Character(Unicode.Scalar(byte)))\" of line \(line) is never closed")
        case .interpolation(_, _, let line): fail("the string of line \(line) never ends")
        }
    }

    private mutating func step() {
        if starts(with: language.lineComments) { return lineComment() }
        if let block = language.blockComment, hasPrefix(block.open) { return blockComment(block.open, block.close) }
        if language.family == .markup || language.family == .markdown { return advance() }
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: "\""): beginString(byte)
        case UInt8(ascii: "'"): singleQuote()
        case UInt8(ascii: "`") where language.hasBackticks: beginString(byte)
        case UInt8(ascii: "/") where language.hasRegex: if !skipRegex() { advance() }
        case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
            open.append(.bracket(byte, line: line))
            advance()
        case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): closeBracket(byte)
        default: advance()
        }
    }

    private mutating func closeBracket(_ byte: UInt8) {
        advance()
        switch open.last {
        case .bracket(let opener, let opened):
            open.removeLast()
            if Self.closer(of: opener) != byte {
                fail(
                    "the \"\(Character(Unicode.Scalar(byte)))\" of line \(line) meets the "
                        + "\"\(Character(Unicode.Scalar(opener)))\" of line \(opened)")
            }
        case .interpolation(let kind, let close, _) where close == byte:
            open.removeLast()
            readString(kind)
        default: fail("the \"\(Character(Unicode.Scalar(byte)))\" of line \(line) closes nothing")
        }
    }

    private static func closer(of byte: UInt8) -> UInt8 {
        byte == UInt8(ascii: "(") ? UInt8(ascii: ")") : byte + 2
    }

    private mutating func fail(_ sentence: String) {
        if countsBrackets, fault == nil { fault = sentence }
    }

    // MARK: Comments

    private func starts(with signs: [String]) -> Bool {
        guard signs.contains(where: hasPrefix) else { return false }
        guard position > 0 else { return true }
        let before = bytes[position - 1]
        switch language.family {
        // "https://…" in the text of JSX, "url(//…)" in a stylesheet, "$#" and "a#b" in a shell.
        case .script: return before != UInt8(ascii: ":")
        case .stylesheet, .hash: return before <= UInt8(ascii: " ") || before == UInt8(ascii: ";")
        default: return true
        }
    }

    private mutating func lineComment() {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
        keep(start, line: line)
    }

    private mutating func blockComment(_ opener: String, _ closer: String) {
        let (start, first) = (position, line)
        var depth = 0
        while position < bytes.count {
            if language.nestsComments || depth == 0, hasPrefix(opener) {
                depth += 1
                skip(opener.utf8.count)
            } else if hasPrefix(closer) {
                depth -= 1
                skip(closer.utf8.count)
                if depth == 0 { return keep(start, line: first) }
            } else {
                advance()
            }
        }
        if fault == nil { fault = "the comment of line \(first) never ends" }
        keep(start, line: first)
    }

    private mutating func keep(_ start: Int, line: Int) {
        comments.append(Comment(line: line, text: String(decoding: bytes[start..<position], as: UTF8.self)))
        blank(start..<position)
        for index in start..<position where bytes[index] != UInt8(ascii: "\n") {
            uncommented[index] = UInt8(ascii: " ")
        }
    }

    // MARK: Strings

    private mutating func singleQuote() {
        switch language.singleQuote {
        case .none: advance()
        case .character:
            guard let end = endOfCharacter() else { return advance() }
            blank(position + 1..<end)
            position = end + 1
        case .string:
            // "don't" in the text of JSX, "s'" in a comment that is none.
            let isText =
                language.family == .script && position > 0 && Self.isWord(bytes[position - 1]) && !follows(Self.words)
            if isText { advance() } else { beginString(UInt8(ascii: "'")) }
        }
    }

    private func endOfCharacter() -> Int? {
        var index = position + 1
        guard index < bytes.count else { return nil }
        if bytes[index] == UInt8(ascii: "\\") {
            index += 2
            let limit = min(bytes.count, index + 10)
            while index < limit, bytes[index] != UInt8(ascii: "'") { index += 1 }
        } else {
            index += 1
            while index < bytes.count, bytes[index] & 0xC0 == 0x80 { index += 1 }
        }
        return index < bytes.count && bytes[index] == UInt8(ascii: "'") ? index : nil
    }

    private mutating func beginString(_ quote: UInt8) {
        var hashes = 0
        if language.hasHashStrings, quote == UInt8(ascii: "\"") {
            while hashes < position, bytes[position - 1 - hashes] == UInt8(ascii: "#") { hashes += 1 }
        }
        let before = position - 1 - hashes
        let isVerbatim = before >= 0 && bytes[before] == UInt8(ascii: "@")
        let isTriple =
            language.tripleQuotes && position + 2 < bytes.count && bytes[position + 1] == quote
            && bytes[position + 2] == quote
        let isBacktick = quote == UInt8(ascii: "`")
        let kind = StringKind(
            quote: quote, isTriple: isTriple, hashes: hashes, isTemplate: isBacktick && language.backtickIsTemplate,
            isRaw: hashes > 0 || isVerbatim || (isBacktick && !language.backtickIsTemplate), line: line)
        skip(isTriple ? 3 : 1)
        readString(kind)
    }

    /// Reads on to the string's end, or to the code inside it.
    private mutating func readString(_ kind: StringKind) {
        let start = position
        let spans = kind.isTriple || kind.quote == UInt8(ascii: "`") || kind.isRaw || language.stringsSpanLines
        let interpolation =
            kind.isTemplate ? "${" : kind.hashes > 0 ? nil : language.interpolation
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\n"), !spans { return blank(start..<position) }
            if let interpolation, hasPrefix(interpolation) {
                blank(start..<position)
                let close = interpolation.hasSuffix("{") ? UInt8(ascii: "}") : UInt8(ascii: ")")
                open.append(.interpolation(kind, close: close, line: line))
                return skip(interpolation.utf8.count)
            }
            if byte == UInt8(ascii: "\\"), !kind.isRaw, !language.doublesQuotes {
                advance()
                if position < bytes.count { advance() }
            } else if ends(kind) {
                blank(start..<position)
                return skip((kind.isTriple ? 3 : 1) + kind.hashes)
            } else {
                advance()
            }
        }
        blank(start..<position)
        if fault == nil, language.countsBrackets { fault = "the string of line \(kind.line) never ends" }
    }

    private func ends(_ kind: StringKind) -> Bool {
        let quotes = kind.isTriple ? 3 : 1
        guard position + quotes + kind.hashes <= bytes.count else { return false }
        return bytes[position..<position + quotes].allSatisfy { $0 == kind.quote }
            && bytes[position + quotes..<position + quotes + kind.hashes].allSatisfy { $0 == UInt8(ascii: "#") }
    }

    // MARK: Regular expressions

    private static let beforeRegex = Set("(,=:[!&|?{;+-*%~^>".utf8)
    private static let words: Set<String> = [
        "return", "case", "typeof", "in", "of", "do", "else", "void", "delete", "throw", "new", "await", "yield",
        "from", "import", "export", "default",
    ]

    /// Whether a regular expression began here; it ends on its own line.
    private mutating func skipRegex() -> Bool {
        var index = position - 1
        while index >= 0, code[index] <= UInt8(ascii: " ") { index -= 1 }
        guard index < 0 || Self.beforeRegex.contains(bytes[index]) || follows(Self.words) else { return false }
        var end = position + 1
        var isClass = false
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") {
            switch bytes[end] {
            case UInt8(ascii: "\\"): end += 1
            case UInt8(ascii: "["): isClass = true
            case UInt8(ascii: "]"): isClass = false
            case UInt8(ascii: "/") where !isClass:
                blank(position + 1..<end)
                position = end + 1
                return true
            default: break
            }
            end += 1
        }
        return false
    }

    /// Whether one of these words stands before the place where this is, white space aside.
    private func follows(_ words: Set<String>) -> Bool {
        var end = position
        while end > 0, code[end - 1] <= UInt8(ascii: " ") { end -= 1 }
        var start = end
        while start > 0, Self.isWord(code[start - 1]) { start -= 1 }
        return words.contains(String(decoding: code[start..<end], as: UTF8.self))
    }

    // MARK: Moving

    private static func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == UInt8(ascii: "_") || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
            || (byte >= 0x30 && byte <= 0x39)
    }

    private func hasPrefix(_ text: String) -> Bool {
        bytes[position] == text.utf8.first && bytes[position...].starts(with: text.utf8)
    }

    private mutating func advance() {
        if bytes[position] == UInt8(ascii: "\n") { line += 1 }
        position += 1
    }

    private mutating func skip(_ count: Int) { for _ in 0..<count where position < bytes.count { advance() } }

    private mutating func blank(_ range: Range<Int>) {
        for index in range where bytes[index] != UInt8(ascii: "\n") { code[index] = UInt8(ascii: " ") }
    }
}
