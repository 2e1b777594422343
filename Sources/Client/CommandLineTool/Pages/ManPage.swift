/// specwright(1), in roff's man macros (groff_man(7)).
enum ManPage {
    static var text: String {
        var page = #"""
            .\" Written by `specwright help --man`.
            .TH SPECWRIGHT 1 "" "specwright" "User Commands"
            .SH NAME
            specwright \- describe software in a chat, approve it gate by gate, download it
            .SH SYNOPSIS
            .B specwright
            .I COMMAND
            .RI [ options ]
            .SH DESCRIPTION
            Talks to a Specwright server. Data goes to standard output, notices and errors to standard error.
            Nothing is asked where there is no terminal: the error names the option.
            .SH COMMANDS

            """#
        for command in Catalogue.all {
            page += ".SS \(escaped(command.synopsis))\n\(escaped(command.summary)).\n"
            for paragraph in command.details { page += ".PP\n\(escaped(paragraph))\n" }
            for operand in command.operands {
                page += ".TP\n.I \(escaped(operand.name))\n"
                page += escaped(HelpPage.described(operand.summary, operand.choices)) + "\n"
            }
            page += command.options.map(entry).joined()
            for example in command.examples {
                page += ".PP\n\(escaped(example.meaning)):\n.PP\n.nf\n.RS\n\(escaped(example.words))\n.RE\n.fi\n"
            }
        }
        page += ".SH OPTIONS OF EVERY COMMAND\n" + Option.common.map(entry).joined()
        page += ".SH EXIT STATUS\n"
        for status in ExitStatus.allCases { page += ".TP\n.B \(status.rawValue)\n\(escaped(status.meaning))\n" }
        page += ".SH ENVIRONMENT\n"
        for (name, meaning) in variables { page += ".TP\n.B \(name)\n\(escaped(meaning))\n" }
        page += ".SH FILES\n.TP\n.I $XDG_CONFIG_HOME/specwright/profiles.json\n"
        page += "Servers and tokens; for its owner alone. Without XDG_CONFIG_HOME under ~/.config.\n"
        return page
    }

    static let variables = [
        ("SPECWRIGHT_URL", "The server, when --server is not given."),
        ("SPECWRIGHT_TOKEN", "A token that goes before those of the profiles."),
        ("SPECWRIGHT_TENANT", "The team to act in, when --tenant is not given."),
        ("SPECWRIGHT_CA_FILE", "A PEM file of certificate authorities to trust instead of the system's."),
        ("NO_COLOR", "When set and not empty, nothing is coloured."),
    ]

    private static func entry(_ option: Option) -> String {
        ".TP\n.B \(escaped(option.synopsis))\n\(escaped(HelpPage.described(option.summary, option.choices)))\n"
    }

    /// A hyphen in roff is no minus, a backslash begins an escape, and a dot or quote at a line's start a request.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            default: result.append(character)
            }
        }
        return result.hasPrefix(".") || result.hasPrefix("'") ? "\\&\(result)" : result
    }
}
