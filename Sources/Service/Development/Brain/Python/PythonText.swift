/// Python text: literals, docstrings and wrapped calls, laid out as black would (88 columns, four spaces).
enum PythonText {
    static let width = 88

    /// A string literal in double quotes. Whatever a brief holds, it stays text: quotes, backslashes, controls and
    /// characters nobody can see are escaped.
    static func string(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": literal += "\\\""
            case "\\": literal += "\\\\"
            case "\n": literal += "\\n"
            case "\t": literal += "\\t"
            case "\r": literal += "\\r"
            default:
                if MarkdownReader.isUnwanted(scalar) {
                    let hex = String(scalar.value, radix: 16)
                    literal += "\\U" + String(repeating: "0", count: 8 - hex.count) + hex
                } else {
                    literal.unicodeScalars.append(scalar)
                }
            }
        }
        return literal + "\""
    }

    /// Text that can stand inside a docstring, a comment or Markdown: one line, no quotes or backslashes that would end it.
    static func prose(_ text: String) -> String {
        var prose = ""
        for character in text {
            switch character {
            case "\"", "“", "”", "`": prose.append("'")
            case "\\": prose.append("/")
            case _ where character.isWhitespace: if prose.last != " " { prose.append(" ") }
            case _ where character.unicodeScalars.allSatisfy(MarkdownReader.isUnwanted): break
            default: prose.append(character)
            }
        }
        return prose
    }

    /// `"""One line."""`, or several when it is long.
    static func docstring(_ text: String, indent: Int) -> String {
        let space = String(repeating: " ", count: indent)
        let prose = prose(text)
        if prose.count + indent + 6 <= width { return "\(space)\"\"\"\(prose)\"\"\"" }
        let lines = wrap(prose, to: width - indent - 3)
        if lines.count == 1 { return "\(space)\"\"\"\(prose)\"\"\"" }
        return "\(space)\"\"\"" + lines.joined(separator: "\n\(space)") + "\n\(space)\"\"\""
    }

    /// `if a and b:`, or one condition a line in brackets.
    static func when(_ conditions: [String], indent: Int) -> String {
        let single = "if \(conditions.joined(separator: " and ")):"
        if indent + single.count <= width || conditions.count == 1 { return single }
        return "if (\n    " + conditions.joined(separator: "\n    and ") + "\n):"
    }

    static func wrap(_ text: String, to width: Int) -> [String] {
        var lines: [String] = [""]
        for word in text.split(separator: " ") {
            let last = lines[lines.count - 1]
            if last.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if last.count + 1 + word.count <= width {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    /// `opener` and `closer` around items: on one line if it fits, else on a line of their own, else one item a line.
    ///
    /// - Parameter following: columns that what comes after `closer` on its line will take.
    static func bracket(
        _ opener: String, _ items: [String], _ closer: String, indent: Int, following: Int = 0
    ) -> String {
        let space = String(repeating: " ", count: indent)
        let single = opener + items.joined(separator: ", ") + closer
        if items.isEmpty || (indent + single.count + following <= width && !single.contains("\n")) {
            return space + single
        }
        let inner = items.joined(separator: ", ")
        let isCall = opener.hasSuffix("(") && !opener.hasPrefix("from ") && !opener.hasPrefix("for ")
        if isCall && items.count > 1 && indent + 4 + inner.count <= width && !inner.contains("\n")
            && !inner.contains("*")
        {
            return "\(space)\(opener)\n\(space)    \(inner)\n\(space)\(closer)"
        }
        if isCall && items.count == 1 { return "\(space)\(opener)\n\(space)    \(inner)\n\(space)\(closer)" }
        return "\(space)\(opener)\n" + items.map { "\(space)    \($0),\n" }.joined() + "\(space)\(closer)"
    }

    /// A tuple, with the comma that a single item needs.
    static func tuple(_ items: [String]) -> String {
        items.count == 1 ? "(\(items[0]),)" : "(\(items.joined(separator: ", ")))"
    }

    /// `from module import A, B`, in brackets when it is long.
    static func importing(_ module: String, _ names: [String]) -> String {
        let names = Array(Set(names)).sorted()
        let single = "from \(module) import \(names.joined(separator: ", "))"
        return single.count <= width ? single : bracket("from \(module) import (", names, ")", indent: 0)
    }

    /// Imports in order, each once, and a blank line after them.
    static func imports(_ lines: [String]) -> String {
        Set(lines).sorted { left, right in
            let ranks = [left, right].map { $0.hasPrefix("import ") ? 0 : 1 }
            return ranks[0] == ranks[1] ? left < right : ranks[0] < ranks[1]
        }.joined(separator: "\n")
    }

    /// Files end with one line break and hold no trailing space.
    static func file(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            var line = line
            while line.last == " " { line.removeLast() }
            return line
        }
        while lines.last?.isEmpty ?? false { lines.removeLast() }
        return lines.joined(separator: "\n") + "\n"
    }
}
