/// What may stand where the cursor is.
enum Candidates {
    /// A word, and what it is.
    struct Candidate: Equatable {
        let word: String
        var meaning = ""
    }

    enum Answer: Equatable {
        case these([Candidate])
        /// To be asked for, and then narrowed to what begins with the word.
        case live(Live, beginning: String)
        case files
    }

    enum Live { case features, keys, tokens, teams, profiles }

    /// - Parameter words: those after the program's name, up to the cursor; the last is not finished, or empty.
    static func answer(_ words: [String], commands: [Command] = Catalogue.all) -> Answer {
        let unfinished = words.last ?? ""
        var before = Array(words.dropLast())
        before.removeAll { ["--json", "--accessible", "--no-input"].contains($0) }
        guard let command = command(before, commands) else {
            return these(names(after: before, commands), unfinished)
        }
        let rest = before.dropFirst(command.path.count)
        if let option = rest.last.flatMap({ option($0, of: command) }), option.value != nil {
            return option.choices.isEmpty
                ? live(option.completes, unfinished) : these(option.choices.map { Candidate(word: $0) }, unfinished)
        }
        if unfinished.hasPrefix("-") {
            let options = (command.options + Option.common).filter { !rest.contains("--\($0.name)") }
            return these(options.map { Candidate(word: "--\($0.name)", meaning: $0.summary) }, unfinished)
        }
        let place = plainWords(rest, of: command)
        guard command.operands.indices.contains(place) else { return .these([]) }
        let operand = command.operands[place]
        return operand.choices.isEmpty
            ? live(operand.completes, unfinished) : these(operand.choices.map { Candidate(word: $0) }, unfinished)
    }

    private static func option(_ word: String, of command: Command) -> Option? {
        if word.hasPrefix("--") { return command.option(String(word.dropFirst(2))) }
        return word.hasPrefix("-") && word.count == 2 ? word.last.flatMap { command.option(short: $0) } : nil
    }

    private static func command(_ before: [String], _ commands: [Command]) -> Command? {
        commands.first { before.starts(with: $0.path) }
    }

    private static func names(after before: [String], _ commands: [Command]) -> [Candidate] {
        var seen: Set<String> = []
        return commands.compactMap { command in
            guard command.path.starts(with: before), command.path.count > before.count,
                seen.insert(command.path[before.count]).inserted
            else { return nil }
            let isGroup = command.path.count > before.count + 1
            return Candidate(word: command.path[before.count], meaning: isGroup ? "" : command.summary)
        } + (before.isEmpty ? [Candidate(word: "help", meaning: "how it is used")] : [])
    }

    /// How many operands there are already.
    private static func plainWords(_ words: ArraySlice<String>, of command: Command) -> Int {
        var count = 0
        var words = words
        while let word = words.popFirst() {
            if let option = option(word, of: command) {
                if option.value != nil { words = words.dropFirst() }
            } else if !word.hasPrefix("-") {
                count += 1
            }
        }
        return count
    }

    private static func live(_ completes: Completes, _ unfinished: String) -> Answer {
        switch completes {
        case .nothing: .these([])
        case .files: .files
        case .features: .live(.features, beginning: unfinished)
        case .keys: .live(.keys, beginning: unfinished)
        case .tokens: .live(.tokens, beginning: unfinished)
        case .teams: .live(.teams, beginning: unfinished)
        case .profiles: .live(.profiles, beginning: unfinished)
        }
    }

    private static func these(_ all: [Candidate], _ unfinished: String) -> Answer {
        .these(all.filter { $0.word.hasPrefix(unfinished) })
    }
}
