import Features

/// SQL put together from text and values.
enum SQLText {
    static let rules: [LineRule] = [
        LineRule(
            ScanRule(
                "sql/built-from-text", .high, cwe: 89, "SQL is put together from text",
                detail: "A value that holds SQL changes the statement: rows are read, changed or deleted by anyone.",
                fix: "Bind values with placeholders; choose names of tables and columns from a fixed list."),
            isBuilt)
    ]

    private static let verbs = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "DROP TABLE ", "ALTER TABLE "]
    private static let quotes: Set<Character> = ["\"", "'", "`"]

    private static func isBuilt(_ line: ScannedLine) -> Bool {
        let text = line.text
        guard let start = statement(in: text) else { return false }
        let prefix = text[..<start.open].suffix(2).lowercased()
        let rest = text[start.open...].dropFirst()
        let close = rest.firstIndex(of: text[start.open])
        let inside = rest[..<(close ?? rest.endIndex)]
        let after = close.map { rest[rest.index(after: $0)...].drop(while: \.isWhitespace) } ?? ""
        // f"… {name}", $"… {name}", `… ${name}`, "… #{name}", "… \(name)", and "… $name" in PHP.
        if prefix.hasSuffix("f") || prefix.hasSuffix("$") || prefix.hasPrefix("f") && prefix.hasSuffix("r") {
            return holes(in: inside, "{").contains(where: isValue)
        }
        for sign in ["${", "#{"] where inside.contains(sign) { return holes(in: inside, sign).contains(where: isValue) }
        if inside.contains("\\(") { return true }
        if inside.contains("{") && after.hasPrefix(".format(") { return true }
        if inside.contains("%") && after.hasPrefix("%") { return true }
        if inside.contains("%s") || inside.contains("%v") || inside.contains("%d") {
            return line.has("Sprintf(", "sprintf(", "String.format(", ".formatted(", "string.Format(")
        }
        if text[start.open] == "\"", line.code.contains("$"), inside.contains(" $") || inside.contains("'$") {
            return !line.has("$1", "$2")
        }
        guard after.hasPrefix("+") || after.hasPrefix(".$") || after.hasPrefix(". $") else { return false }
        let operand = after.drop { "+. ".contains($0) }
        return operand.first.map { !quotes.contains($0) } ?? false && isValue(operand.prefix { $0 != ")" && $0 != "," })
    }

    /// Where a string begins that is a statement.
    private static func statement(in text: String) -> (open: String.Index, verb: String)? {
        for index in text.indices where quotes.contains(text[index]) {
            let inside = text[text.index(after: index)...].drop { $0.isWhitespace || quotes.contains($0) }
            guard let verb = verbs.first(where: { inside.prefix(16).uppercased().hasPrefix($0) }),
                looksLikeSQL(inside, verb)
            else { continue }
            // Of three quotes the last opens.
            let open = text[index...].prefix { $0 == text[index] }
            return (text.index(before: open.endIndex), verb)
        }
        return nil
    }

    /// "Select a loan from the list" is no statement: those are written in capitals, or in small letters throughout and
    /// with more of SQL's words.
    private static func looksLikeSQL(_ inside: Substring, _ verb: String) -> Bool {
        let isCapital = inside.hasPrefix(verb)
        guard isCapital || inside.hasPrefix(verb.lowercased()) else { return false }
        let upper = inside.uppercased()
        let isWhole =
            switch verb {
            case "SELECT ": upper.contains(" FROM ")
            case "UPDATE ": upper.contains(" SET ")
            default: true
            }
        return isWhole && (isCapital || [" WHERE ", " VALUES", " SET "].contains(where: upper.contains))
    }

    private static func holes(in text: Substring, _ opener: String) -> [Substring] {
        var holes: [Substring] = []
        var rest = text
        while let open = rest.firstRange(of: opener) {
            rest = rest[open.upperBound...]
            holes.append(rest.prefix { $0 != "}" })
        }
        return holes
    }

    /// Not a constant by its name (`COLUMNS`, `Table.NAME`), nor placeholders that were counted out.
    private static func isValue(_ expression: Substring) -> Bool {
        let name = expression.filter { !$0.isWhitespace }
        guard !name.isEmpty, name.first != "{" else { return false }
        let last = name.split(separator: ".").last ?? ""
        let isConstant =
            last.contains(where: \.isLetter) && last.allSatisfy { $0.isUppercase || $0 == "_" || $0.isNumber }
        let lower = name.lowercased()
        return !isConstant && !["placeholder", "columns", "marks", "\"?\"", "'?'"].contains { lower.contains($0) }
    }
}
