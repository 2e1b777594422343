/// `--help` of one command.
enum HelpPage {
    static func text(of command: Command) -> String {
        var lines = ["\(command.summary)", "", "usage: \(command.synopsis)"]
        for paragraph in command.details { lines += [""] + wrapped(paragraph, 80) }
        if !command.operands.isEmpty {
            lines += [""]
            lines += columns(command.operands.map { ($0.name, described($0.summary, $0.choices)) })
        }
        if !command.options.isEmpty {
            lines += ["", "Options:"]
            lines += columns(command.options.map { ($0.synopsis, described($0.summary, $0.choices)) })
        }
        lines += ["", "Options of every command:"]
        lines += columns(Option.common.map { ($0.synopsis, $0.summary) })
        lines += ["", "Examples:"]
        for example in command.examples { lines += ["  # \(example.meaning)", "  \(example.words)"] }
        return lines.joined(separator: "\n") + "\n"
    }

    static func described(_ summary: String, _ choices: [String]) -> String {
        choices.isEmpty ? summary : "\(summary): \(choices.joined(separator: ", "))"
    }

    /// Two columns, the second wrapped under itself.
    static func columns(_ rows: [(String, String)]) -> [String] {
        let width = min(28, (rows.map(\.0.count).max() ?? 0) + 2)
        return rows.flatMap { name, text in
            let lines = wrapped(text, 78 - width)
            let indent = String(repeating: " ", count: width + 2)
            guard name.count + 2 <= width else { return ["  \(name)"] + lines.map { indent + $0 } }
            let first = "  " + name + String(repeating: " ", count: width - name.count) + (lines.first ?? "")
            return [first] + lines.dropFirst().map { indent + $0 }
        }
    }

    static func wrapped(_ text: String, _ width: Int) -> [String] {
        var lines = [""]
        for word in text.split(separator: " ") {
            if lines[lines.count - 1].isEmpty {
                lines[lines.count - 1] = String(word)
            } else if lines[lines.count - 1].count + word.count < width {
                lines[lines.count - 1] += " \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
