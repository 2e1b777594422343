/// Every command there is, in the order a newcomer needs them.
enum Catalogue {
    struct Section: Sendable {
        let title: String
        let commands: [Command]
    }

    static let sections: [Section] = [
        Section(
            title: "Signing in",
            commands: [.login, .logout, .whoami, .profilesList, .profilesUse, .doctor]),
        Section(
            title: "Your model keys and what they cost",
            commands: [.keysList, .keysAdd, .keysRotate, .keysVerify, .keysRemove, .usage, .budget]),
        Section(
            title: "Teams",
            commands: [
                .teamsList, .teamsUse, .teamsCreate, .teamsRename, .teamsDelete, .teamsRestore, .members, .role,
                .removeMember, .invite, .join, .audit,
            ]),
        Section(title: "Tokens for programs", commands: [.tokensList, .tokensCreate, .tokensRevoke]),
        Section(title: "Building", commands: [.new, .chat, .detach, .list, .status, .watch, .autopilot, .delete]),
        Section(
            title: "Deciding", commands: [.confirm, .approve, .rework, .revise, .retry, .pause, .resume, .cancel]),
        Section(title: "Results", commands: [.show, .files, .cat, .diff, .download]),
        Section(title: "Your shell", commands: [.completion]),
    ]

    static let all: [Command] = sections.flatMap { $0.commands }

    /// The command that the words begin with, and the words after it.
    ///
    /// - Returns: no command for help about everything.
    static func find(_ words: [String]) throws -> (Command?, [String]) {
        var words = words[...]
        var common: [String] = []
        // Options of every command may stand before it, too.
        while let word = words.first, word.hasPrefix("-"), let option = option(word) {
            words.removeFirst()
            common.append(word)
            if option.value != nil, !word.contains("="), let value = words.popFirst() { common.append(value) }
        }
        guard let first = words.popFirst() else {
            if common.contains("--help") || common.contains("-h") { return (nil, common) }
            throw Trouble.usage("a command is missing", next: "specwright help")
        }
        if first == "help", !words.isEmpty, !words[words.startIndex].hasPrefix("-") {
            return try find(words + ["--help"])
        }
        if first == "help" { return (nil, Array(words) + common) }
        if let second = words.first, let command = all.first(where: { $0.path == [first, second] }) {
            return (command, common + words.dropFirst())
        }
        if let command = all.first(where: { $0.path == [first] }) { return (command, common + words) }
        throw unknown(first, words.first)
    }

    private static func option(_ word: String) -> Option? {
        let name = word.split(separator: "=", maxSplits: 1).first.map(String.init) ?? word
        return Option.common.first { "--\($0.name)" == name || $0.short.map { "-\($0)" } == name }
    }

    private static func unknown(_ first: String, _ second: String?) -> Trouble {
        let group = all.filter { $0.path.count == 2 && $0.path[0] == first }.map { $0.path[1] }
        guard group.isEmpty else {
            return .usage(
                "\(first) needs one of \(group.joined(separator: ", "))"
                    + (second.map { ", not \"\($0)\"" } ?? ""), next: "specwright \(first) \(group[0]) --help")
        }
        let near = Likeness.nearest(to: first, among: all.map { $0.path[0] }).map { "; did you mean \($0)?" } ?? ""
        return .usage("there is no command \"\(first)\"\(near)", next: "specwright help")
    }
}
