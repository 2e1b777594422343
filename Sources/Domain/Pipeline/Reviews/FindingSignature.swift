import Artifacts
import Features
import Kernel

/// What tells a finding apart in the next round: its rule, its file, and the text of its line.
///
/// Not its title, which a model words anew each time; nor its line's number, which moves when something is added above;
/// nor its severity, which a model that is asked twice may see differently. The line's text stays while nobody touches it,
/// and when somebody has, a finding that is not fixed is carried over with the signature that it had. Of a line that
/// says nothing by itself (a bracket, white space) the nearest one above that does stands in.
enum FindingSignature {
    private static let maximumText = 160

    static func of(rule: String, file: String, line: Int, in content: String?) -> String {
        "\(rule)|\(file)|\(text(of: line, in: content ?? ""))"
    }

    static func text(of line: Int, in content: String) -> String {
        guard line > 0 else { return "" }
        let lines = content.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        var index = min(line, lines.count) - 1
        while index > 0, lines[index].count(where: { $0.isLetter || $0.isNumber }) < 3 { index -= 1 }
        guard index >= 0 else { return "" }
        let words = lines[index].split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return String(words.prefix(maximumText))
    }

    /// The text part of a signature that was made earlier.
    static func text(in signature: String) -> String {
        let parts = signature.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count == 3 ? String(parts[2]) : ""
    }

    /// Where a line with this text is now, nearest to where it was; `nil` when it is gone.
    static func find(_ text: String, near line: Int, in content: String) -> Int? {
        guard !text.isEmpty else { return nil }
        let lines = content.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let places = lines.indices.filter { index in
            lines[index].split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(maximumText) == text
        }
        return places.map { $0 + 1 }.min { abs($0 - line) < abs($1 - line) }
    }
}
