extension String {
    /// Numbered from 1.
    var numberedLines: [(number: Int, line: String)] {
        split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().map { ($0 + 1, String($1)) }
    }
}

extension StringProtocol {
    /// White space taken off both ends.
    var withoutMargins: String {
        let rest = drop(while: \.isWhitespace)
        guard let last = rest.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(rest[...last])
    }
}
