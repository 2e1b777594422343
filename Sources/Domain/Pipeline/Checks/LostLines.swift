/// Whether a rewrite throws much of a file away: models that rewrite what they should edit lose what they forget.
enum LostLines {
    /// Smaller files are quickly rewritten, and quickly read.
    static let smallest = 40
    /// More than this share of the lines needs a reason.
    static let share = 0.4

    /// How many of the old lines are gone, when that is much of the file. Lines are compared without the white space
    /// around them, each as often as it stands there; blank ones do not count.
    static func found(from old: String, to new: String) -> (gone: Int, of: Int)? {
        let before = lines(of: old)
        guard before.count >= smallest else { return nil }
        var left: [Substring: Int] = [:]
        for line in lines(of: new) { left[line, default: 0] += 1 }
        var gone = 0
        for line in before {
            if let count = left[line], count > 0 { left[line] = count - 1 } else { gone += 1 }
        }
        return Double(gone) > Double(before.count) * share ? (gone, before.count) : nil
    }

    private static func lines(of text: String) -> [Substring] {
        text.split(whereSeparator: \.isNewline).map { line in
            let start = line.drop(while: \.isWhitespace)
            return start.lastIndex { !$0.isWhitespace }.map { start[...$0] } ?? start.prefix(0)
        }.filter { !$0.isEmpty }
    }
}
