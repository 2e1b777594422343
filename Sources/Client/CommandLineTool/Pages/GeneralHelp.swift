internal import Kernel

/// `specwright help`, with or without the name of a command.
struct GeneralHelp {
    let words: [String]
    /// What the program can be besides a command line.
    let roles: String

    func show(on console: Console) throws {
        if words.contains("--man") { return console.write(ManPage.text) }
        if words.contains("--markdown") { return console.write(CommandTable.text) }
        if let unknown = words.first(where: { $0.hasPrefix("-") && !["--json", "--help", "-h"].contains($0) }) {
            throw Trouble.usage("help has no option \"\(unknown)\"", next: "specwright help")
        }
        if console.isJSON {
            return console.data([
                "commands": .array(
                    Catalogue.all.map { ["name": .string($0.name), "summary": .string($0.summary)] })
            ])
        }
        console.write(text)
    }

    private var text: String {
        var lines = ["usage: specwright COMMAND", ""]
        for section in Catalogue.sections {
            lines += ["\(section.title):"]
            lines += HelpPage.columns(section.commands.map { ($0.name, $0.summary) })
            lines += [""]
        }
        lines += [
            "  specwright COMMAND --help   its options and examples",
            "  specwright help --man       the manual; exit codes are there too", "",
            "A first session:", "  specwright login --server URL",
            "  specwright keys add --provider anthropic --label mine",
            "  specwright new \"Members borrow books. Book: title, copies (number).\"", "", roles, "",
        ]
        return lines.joined(separator: "\n")
    }
}
