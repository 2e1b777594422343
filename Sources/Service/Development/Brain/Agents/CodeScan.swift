/// Simple checks of source text, line by line. They find what they look for and nothing else, and claim no more.
struct CodeScan: Sendable {
    struct Finding: Sendable, Equatable {
        enum Severity: String, Sendable {
            case critical, high, medium, low
        }

        let severity: Severity
        let title: String
        let file: String
        let line: Int
        let detail: String
        let fix: String

        var isBlocking: Bool { severity == .critical || severity == .high }
    }

    let files: [ProjectFile]

    var sources: [ProjectFile] { files.filter { !$0.path.hasPrefix("tests/") && $0.path.hasSuffix(".py") } }
    var tests: [ProjectFile] { files.filter { $0.path.hasPrefix("tests/") && $0.path.hasSuffix(".py") } }

    /// Lines that could harm whoever runs them.
    var security: [Finding] {
        files.filter { $0.path.hasSuffix(".py") }.flatMap { file in scan(file, Self.dangers(in:)) }
    }

    /// Lines that will not work, or that hide that something does not.
    var quality: [Finding] {
        var found = files.filter { $0.path.hasSuffix(".py") }.flatMap { file in
            scan(file, Self.flaws(in:)) + Self.brackets(file)
        }
        if !sources.isEmpty && tests.isEmpty {
            found.append(
                Finding(
                    severity: .high, title: "There are no tests", file: sources[0].path, line: 0,
                    detail: "No file under tests/ shows that a requirement holds.",
                    fix: "Add tests for every requirement."))
        }
        return found
    }

    typealias Danger = (severity: Finding.Severity, title: String, detail: String, fix: String)

    private func scan(_ file: ProjectFile, _ check: (String) -> Danger?) -> [Finding] {
        let lines = file.content.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let code = Self.withoutLongStrings(lines.map(String.init))
        return code.enumerated().compactMap { index, line in
            check(line).map { danger in
                Finding(
                    severity: danger.severity, title: danger.title, file: file.path, line: index + 1,
                    detail: danger.detail,
                    fix: danger.fix)
            }
        }
    }

    private static func dangers(in line: String) -> Danger? {
        let code = withoutComment(line)
        let words = Set(code.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
        for name in ["eval", "exec"] where calls(name, in: code) {
            return (
                .critical, "Code is made from text with \(name)()", "Whoever controls the text runs code here.",
                "Parse the value instead."
            )
        }
        if code.contains("os.system(") || code.contains("os.popen(") || (code.contains("shell=True")) {
            return (
                .critical, "A shell command is built here", "Input that reaches the command runs in a shell.",
                "Call the function you need without a shell."
            )
        }
        if words.contains("subprocess") {
            return (
                .high, "Another program is started", "This product needs no other program to run.", "Remove the call."
            )
        }
        if words.contains("pickle") || words.contains("marshal") || code.contains("yaml.load(") {
            return (.high, "Untrusted data could be unpickled", "Loading such data can run code.", "Use JSON.")
        }
        if isFormattedSQL(code, line) {
            return (
                .high, "SQL is put together from text", "A value that holds SQL changes the statement.",
                "Bind values with placeholders."
            )
        }
        if holdsSecret(code) {
            return (
                .high, "A secret stands in the code", "Everyone who reads the code can use it.",
                "Read it from the environment."
            )
        }
        return nil
    }

    private static func flaws(in line: String) -> Danger? {
        let code = MarkdownReader.trim(withoutComment(line))
        if code == "except:" || code.hasPrefix("except: ") {
            return (
                .high, "Every error is caught here", "A bare except hides mistakes and even the wish to stop.",
                "Name the errors that are expected."
            )
        }
        if line.hasPrefix("<<<<<<<") || line.hasPrefix(">>>>>>>") {
            return (
                .critical, "A merge was left unfinished", "The file cannot be read by Python.",
                "Keep one of the two sides."
            )
        }
        if code.contains("raise NotImplementedError") {
            return (
                .high, "A function is missing its body", "Calling it always fails.", "Write what the function promises."
            )
        }
        return nil
    }

    /// Brackets that do not match: such a file does not parse.
    private static func brackets(_ file: ProjectFile) -> [Finding] {
        let lines = withoutLongStrings(
            file.content.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init))
        var open: [(Character, Int)] = []
        let pairs: [Character: Character] = [")": "(", "]": "[", "}": "{"]
        func broken(_ line: Int) -> [Finding] {
            [
                Finding(
                    severity: .critical, title: "The file does not parse", file: file.path, line: line,
                    detail: "A bracket on this line has no partner.", fix: "Close every bracket that is opened.")
            ]
        }
        for (index, line) in lines.enumerated() {
            for character in withoutStrings(withoutComment(line)) {
                if "([{".contains(character) { open.append((character, index + 1)) }
                guard let partner = pairs[character] else { continue }
                guard open.popLast()?.0 == partner else { return broken(index + 1) }
            }
        }
        return open.last.map { broken($0.1) } ?? []
    }

    private static func calls(_ name: String, in code: String) -> Bool {
        var rest = Substring(withoutStrings(code))
        while let found = rest.firstRange(of: name + "(") {
            let before = rest[..<found.lowerBound].last
            if before.map({ !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "." }) ?? true { return true }
            rest = rest[found.upperBound...]
        }
        return false
    }

    private static func isFormattedSQL(_ code: String, _ line: String) -> Bool {
        let upper = line.uppercased()
        let isSQL = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM "].contains {
            upper.contains("\"" + $0) || upper.contains("'" + $0)
        }
        guard isSQL else { return false }
        let isFormatted =
            line.contains("f\"") || line.contains("f'") || line.contains(".format(") || line.contains("\" %")
            || line.contains("' %")
        return (isFormatted && (line.contains("{") || line.contains("%"))) || line.contains("\" +")
            || line.contains("' +")
    }

    private static func holdsSecret(_ code: String) -> Bool {
        let parts = code.split(separator: "=", maxSplits: 1).map { MarkdownReader.trim($0) }
        guard parts.count == 2, let name = parts[0].split(separator: " ").last?.lowercased() else { return false }
        let isNamed = ["password", "secret", "api_key", "apikey", "token", "private_key"].contains {
            name.hasSuffix($0)
        }
        let value = parts[1].filter { $0 != " " }
        let isText = (value.hasPrefix("\"") || value.hasPrefix("'")) && value.count > 9
        return isNamed && isText && !value.contains("{")
    }

    // MARK: Text that is no code

    /// The lines with the content of triple-quoted strings blanked, so that line numbers stay.
    private static func withoutLongStrings(_ lines: [String]) -> [String] {
        var mark: String?
        return lines.map { line in
            var code = ""
            var rest = Substring(line)
            while !rest.isEmpty {
                if let open = mark {
                    guard let close = rest.firstRange(of: open) else { break }
                    rest = rest[close.upperBound...]
                    mark = nil
                } else if let open = firstLongQuote(in: rest) {
                    code += rest[..<open.range.lowerBound]
                    rest = rest[open.range.upperBound...]
                    mark = open.mark
                } else {
                    code += rest
                    rest = ""
                }
            }
            return code
        }
    }

    private static func firstLongQuote(in text: Substring) -> (range: Range<Substring.Index>, mark: String)? {
        let found = ["\"\"\"", "'''"].compactMap { mark in
            text.firstRange(of: mark).map { (range: $0, mark: mark) }
        }
        return found.min { $0.range.lowerBound < $1.range.lowerBound }
    }

    private static func withoutComment(_ line: String) -> String {
        var quote: Character?
        var code = ""
        var isEscaped = false
        for character in line {
            if let open = quote {
                if character == open && !isEscaped { quote = nil }
                isEscaped = character == "\\" && !isEscaped
            } else if character == "#" {
                break
            } else if character == "\"" || character == "'" {
                quote = character
            }
            code.append(character)
        }
        return code
    }

    private static func withoutStrings(_ line: String) -> String {
        var quote: Character?
        var code = ""
        var isEscaped = false
        for character in line {
            if let open = quote {
                if character == open && !isEscaped { quote = nil }
                isEscaped = character == "\\" && !isEscaped
            } else if character == "\"" || character == "'" {
                quote = character
            } else {
                code.append(character)
            }
        }
        return code
    }
}
