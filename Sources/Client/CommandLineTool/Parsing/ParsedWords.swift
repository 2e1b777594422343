/// The words after the command's own, sorted.
struct ParsedWords: Sendable {
    fileprivate(set) var switches: Set<String> = []
    fileprivate(set) var values: [String: [String]] = [:]
    fileprivate(set) var operands: [String: String] = [:]

    func has(_ name: String) -> Bool { switches.contains(name) }

    func value(_ name: String) -> String? { values[name]?.last }

    /// All values of an option that may be given more than once.
    func values(_ name: String) -> [String] { values[name] ?? [] }

    func operand(_ name: String) -> String? { operands[name] }

    /// - Throws: `Trouble` when the value is no number of 1 or more.
    func count(_ name: String, from least: Int64 = 1) throws -> Int64? {
        guard let text = value(name) else { return nil }
        guard let number = Int64(text), number >= least, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else {
            throw Trouble(what: "--\(name) must be a whole number from \(least), not \"\(text)\"", status: .usage)
        }
        return number
    }
}

/// Sorts words by what a command takes.
enum Parser {
    static func parse(_ words: some Sequence<String>, for command: Command) throws -> ParsedWords {
        var parsed = ParsedWords()
        var plain: [String] = []
        var words = Array(words)[...]
        let help = "specwright \(command.name) --help"
        while let word = words.popFirst() {
            if word == "--" {
                plain += words
                break
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            // A sentence that begins with a dash is still a sentence.
            guard word.hasPrefix("-"), word != "-", !parts[0].contains(where: \.isWhitespace) else {
                plain.append(word)
                continue
            }
            guard let option = find(parts[0], of: command) else {
                throw unknown(parts[0], of: command)
            }
            guard option.value != nil else {
                guard parts.count == 1 else { throw Trouble.usage("--\(option.name) takes no value", next: help) }
                parsed.switches.insert(option.name)
                continue
            }
            guard let value = parts.count == 2 ? parts[1] : words.popFirst(), !value.isEmpty else {
                throw Trouble.usage("--\(option.name) needs a value", next: help)
            }
            guard option.choices.isEmpty || option.choices.contains(value) else {
                throw Trouble.usage(
                    "--\(option.name) must be one of \(option.choices.joined(separator: ", ")), not \"\(value)\"",
                    next: help)
            }
            parsed.values[option.name, default: []].append(value)
            guard option.repeats || parsed.values(option.name).count == 1 else {
                throw Trouble.usage("--\(option.name) is given twice", next: help)
            }
        }
        // Who asks for help gets it, whatever else is missing.
        if !parsed.has("help") { try place(plain, of: command, in: &parsed, help) }
        return parsed
    }

    private static func place(
        _ plain: [String], of command: Command, in parsed: inout ParsedWords, _ help: String
    ) throws {
        for (operand, word) in zip(command.operands, plain) {
            guard operand.choices.isEmpty || operand.choices.contains(word) else {
                throw Trouble.usage(
                    "\(operand.name) must be one of \(operand.choices.joined(separator: ", ")), not \"\(word)\"",
                    next: help)
            }
            parsed.operands[operand.name] = word
        }
        if plain.count > command.operands.count {
            throw Trouble.usage(
                "\(command.name) does not know what to do with \"\(plain[command.operands.count])\"", next: help)
        }
        if let missing = command.operands.dropFirst(plain.count).first(where: { $0.need == .required }) {
            throw Trouble.usage("\(command.name) needs \(missing.name): \(missing.summary)", next: help)
        }
    }

    private static func find(_ word: String, of command: Command) -> Option? {
        if word.hasPrefix("--") { return command.option(String(word.dropFirst(2))) }
        return word.count == 2 ? word.last.flatMap { command.option(short: $0) } : nil
    }

    private static func unknown(_ word: String, of command: Command) -> Trouble {
        let names = (command.options + Option.common).map { "--\($0.name)" }
        let near = Likeness.nearest(to: word, among: names).map { "; did you mean \($0)?" } ?? ""
        return .usage(
            "\(command.name) has no option \"\(word)\"\(near)", next: "specwright \(command.name) --help")
    }
}
