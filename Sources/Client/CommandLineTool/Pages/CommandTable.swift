/// `docs/cli.md`.
enum CommandTable {
    static var text: String {
        var lines = [
            "# The command line", "",
            "Written by `specwright help --markdown`; a test compares. `specwright COMMAND --help` says more, with examples.",
            "",
        ]
        for section in Catalogue.sections {
            lines += ["## \(section.title)", "", "| command | |", "|---|---|"]
            lines += section.commands.map { "| `\(call($0))` | \($0.summary) |" }
            lines += [""]
        }
        lines += ["## Every command takes", "", "| option | |", "|---|---|"]
        lines += Option.common.map { "| `\($0.synopsis)` | \($0.summary) |" }
        lines += ["", "## Exit status", "", "| status | |", "|---|---|"]
        lines += ExitStatus.allCases.map { "| \($0.rawValue) | \($0.meaning) |" }
        lines += ["", "## Environment", "", "| variable | |", "|---|---|"]
        lines += ManPage.variables.map { "| `\($0.0)` | \($0.1) |" }
        lines += [
            "", "## JSON", "",
            "With `--json` a command writes one line, `{\"version\": 1, …}`, with what the API answered under a name of its own:",
            "`feature`, `features`, `message`, `keys`. `watch` writes a line for each event, and at its end one with `result`. Errors are a",
            "line on standard error: `{\"version\": 1, \"error\": {\"message\", \"reason\", \"next\", \"exit\", \"problem\"}}`.",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    private static func call(_ command: Command) -> String {
        (command.path + command.operands.map(\.synopsis)).joined(separator: " ")
    }
}
