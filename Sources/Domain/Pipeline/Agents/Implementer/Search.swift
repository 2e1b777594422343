import Artifacts
import Kernel

/// Looks for text in the project's files, line by line, within bounds that one result can carry.
struct Search {
    static let maximumHits = 100
    static let maximumBytes = 20_000
    private static let shownOfLine = 200

    private let pieces: [Needle]
    private let ignoresCase: Bool
    private let filter: PathPattern?

    /// - Parameters:
    ///   - text: literal; with `wildcards` each `*` stands for any characters of the line.
    ///   - path: `nil` for all files.
    init(text: String, wildcards: Bool, ignoresCase: Bool, path: String?) {
        let parts = wildcards ? text.split(separator: "*").map(String.init) : [text]
        pieces = parts.map { Needle(Array((ignoresCase ? $0.lowercased() : $0).utf8)) }
        self.ignoresCase = ignoresCase
        filter = path.map(PathPattern.init)
    }

    /// The places, as `path:line: text`, and how many more there are.
    func result(in tree: FileTree) -> String {
        var shown: [String] = []
        var bytes = 0
        var count = 0
        var searched = 0
        for path in tree.paths where filter?.matches(path) ?? true {
            searched += 1
            var number = 0
            for line in (tree[path] ?? "").utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
                number += 1
                guard matches(line) else { continue }
                count += 1
                guard shown.count < Self.maximumHits, bytes < Self.maximumBytes else { continue }
                let hit = "\(path):\(number): \(Self.shown(line))"
                bytes += hit.utf8.count
                shown.append(hit)
            }
        }
        if searched == 0 { return "No file's path matches. list_files shows what there is." }
        if count == 0 { return "Not found in \(searched) file(s)." }
        let more = count - shown.count
        return shown.joined(separator: "\n") + (more > 0 ? "\n\(more) more line(s): narrow the search." : "")
    }

    private func matches(_ line: Substring.UTF8View.SubSequence) -> Bool {
        let bytes = ignoresCase ? Array(String(Substring(line)).lowercased().utf8) : Array(line)
        var start = 0
        for piece in pieces {
            guard let end = piece.end(in: bytes, from: start) else { return false }
            start = end
        }
        return true
    }

    private static func shown(_ line: Substring.UTF8View.SubSequence) -> String {
        let text = Substring(line)
        return text.count <= shownOfLine ? String(text) : "\(text.prefix(shownOfLine))…"
    }
}

/// Which files a search reads: `src`, `src/*.py`, `**/test_*`, or a name alone (`*.py`) in any folder.
struct PathPattern {
    private let tokens: [Token]
    private let namesOnly: Bool
    private let folder: String

    private enum Token: Equatable {
        case byte(UInt8)
        /// Any bytes of one segment.
        case star
        /// Any bytes, slashes too.
        case stars
    }

    init(_ text: String) {
        let trimmed = text.hasSuffix("/") ? String(text.dropLast()) : text
        folder = trimmed + "/"
        namesOnly = !trimmed.contains("/")
        var tokens: [Token] = []
        for byte in trimmed.utf8 {
            if byte != UInt8(ascii: "*") {
                tokens.append(.byte(byte))
            } else if tokens.last == .star {
                tokens[tokens.count - 1] = .stars
            } else if tokens.last != .stars {
                tokens.append(.star)
            }
        }
        // "**/" also stands for no folder at all.
        self.tokens = tokens
    }

    func matches(_ path: FilePath) -> Bool {
        path.text.hasPrefix(folder) || path.text + "/" == folder || matches(path.text)
            || (namesOnly && matches(path.name))
            || (tokens.starts(with: [.stars, .byte(UInt8(ascii: "/"))])
                && Self.matches(tokens.dropFirst(2), Array(path.text.utf8)))
    }

    private func matches(_ text: String) -> Bool { Self.matches(tokens[...], Array(text.utf8)) }

    /// In time proportional to pattern times text, however many stars there are.
    private static func matches(_ tokens: ArraySlice<Token>, _ text: [UInt8]) -> Bool {
        var reached = [Bool](repeating: false, count: text.count + 1)
        reached[0] = true
        for token in tokens {
            var next = [Bool](repeating: false, count: text.count + 1)
            for position in 0...text.count {
                switch token {
                case .byte(let byte):
                    if position > 0, reached[position - 1], text[position - 1] == byte { next[position] = true }
                case .star, .stars:
                    let passes =
                        position > 0 && next[position - 1]
                        && (token == .stars || text[position - 1] != UInt8(ascii: "/"))
                    next[position] = reached[position] || passes
                }
            }
            reached = next
        }
        return reached[text.count]
    }
}
