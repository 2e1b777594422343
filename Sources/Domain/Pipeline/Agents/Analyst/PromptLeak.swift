import ModelGateway

/// Tells text that repeats a prompt at length.
///
/// It compares words, without case and signs: what is quoted, wrapped in a code block or set out as a list is found.
/// What a model translates, encodes or retells in other words is not; the prompt itself forbids those.
package struct PromptLeak: Sendable {
    /// So many words of the prompt in a row are no accident: its longest sentence that an analyst may say to a person is
    /// shorter.
    package static let longestRun = 20
    /// Nor are so many in all, in runs of at least `shortestRun`.
    package static let mostWords = 48
    package static let shortestRun = 8

    private let runs: Set<Int>

    package init(_ prompt: Prompt) {
        var words = RecentWords()
        var runs: Set<Int> = []
        for block in prompt.system {
            for word in Self.words(of: block.text) {
                words.add(word)
                if let run = words.run { runs.insert(run) }
            }
        }
        self.runs = runs
    }

    package func isLeak(_ text: String) -> Bool {
        var filter = LeakFilter(self)
        _ = filter.take(text)
        _ = filter.end()
        return filter.hasLeaked
    }

    fileprivate func contains(_ run: Int) -> Bool { runs.contains(run) }

    private static func words(of text: String) -> [String] {
        text.unicodeScalars.split { !LeakFilter.isWord($0) }.map { String($0).lowercased() }
    }
}

/// Passes an answer on piece by piece, and holds back what may become a leak until it is none.
package struct LeakFilter: Sendable {
    private let leak: PromptLeak
    private var words = RecentWords()
    private var word = ""
    private var held = ""
    /// Words of the prompt in a row up to here, and those of earlier runs.
    private var run = 0
    private var earlier = 0
    package private(set) var hasLeaked = false

    package init(_ leak: PromptLeak) { self.leak = leak }

    /// - Returns: what may be shown now; nothing any more once there was a leak.
    package mutating func take(_ piece: String) -> String {
        for scalar in piece.unicodeScalars {
            if Self.isWord(scalar) { word.unicodeScalars.append(scalar) } else { endWord() }
        }
        held += piece
        return run == 0 ? release() : ""
    }

    /// The answer is whole.
    ///
    /// - Returns: what was still held back.
    package mutating func end() -> String {
        endWord()
        return release()
    }

    /// The answer starts over.
    package mutating func restart() { self = LeakFilter(leak) }

    private mutating func endWord() {
        guard !word.isEmpty else { return }
        words.add(word.lowercased())
        word = ""
        if let recent = words.run, leak.contains(recent) {
            run = run == 0 ? PromptLeak.shortestRun : run + 1
        } else {
            earlier += run
            run = 0
        }
        if run >= PromptLeak.longestRun || run + earlier >= PromptLeak.mostWords { hasLeaked = true }
    }

    private mutating func release() -> String {
        defer { held = "" }
        return hasLeaked ? "" : held
    }

    fileprivate static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
}

/// The last few words, as one number.
private struct RecentWords: Sendable {
    private var words: [String] = []

    var run: Int? { words.count == PromptLeak.shortestRun ? words.hashValue : nil }

    mutating func add(_ word: String) {
        words.append(word)
        if words.count > PromptLeak.shortestRun { words.removeFirst() }
    }
}
