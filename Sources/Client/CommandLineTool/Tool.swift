internal import APIClient
internal import EventLoop
internal import Glibc
internal import Kernel

/// The command line for people and scripts, over the API alone.
package enum Tool {
    /// Runs one command.
    ///
    /// - Parameters:
    ///   - roles: what the program can be besides, for its help.
    ///   - interrupted: returns when somebody wants the program to end.
    /// - Returns: the exit status; `docs/cli.md` says what each means.
    package static func run(
        _ words: [String], roles: String, interrupted: @escaping @Sendable () async -> Void
    ) async -> Int32 {
        let environment = Environment.process()
        let console = Console(
            isJSON: words.contains("--json"), isAccessible: words.contains("--accessible"),
            takesInput: !words.contains("--no-input"), environment: environment)
        Task.detached {
            await interrupted()
            console.settle()
            for line in console.leaving.leave() { console.notice(line) }
            exit(ExitStatus.interrupted.rawValue)
        }
        let status = await perform(words, roles, console, environment)
        console.settle()
        return status.rawValue
    }

    private static func perform(
        _ words: [String], _ roles: String, _ console: Console, _ environment: [String: String]
    ) async -> ExitStatus {
        if words.first == CompletionAnswer.word {
            await CompletionAnswer(words: words.dropFirst(2), console: console, environment: environment).give()
            return .done
        }
        var server: ServerAddress?
        var feature: String?
        var help = "specwright help"
        do {
            let (command, rest) = try Catalogue.find(words)
            guard let command else {
                try GeneralHelp(words: rest, roles: roles).show(on: console)
                return .done
            }
            help = "specwright \(command.name) --help"
            let parsed = try Parser.parse(rest, for: command)
            if parsed.has("help") {
                console.write(HelpPage.text(of: command))
                return .done
            }
            feature = parsed.operand("FEATURE")
            server = try? Session(parsed, environment: environment).server
            let loops = EventLoopGroup(count: 1, name: "cli")
            defer { loops.stop() }
            return try await command.run(
                Context(words: parsed, console: console, environment: environment, loops: loops))
        } catch var trouble as Trouble {
            if trouble.status == .usage, trouble.next == nil { trouble.next = help }
            return tell(trouble, console)
        } catch let failure as APIFailure {
            guard let server else { return tell(Trouble(what: "The server does not answer"), console) }
            return tell(Trouble(failure, server: server, feature: feature), console)
        } catch {
            return tell(Trouble(what: "\(error)"), console)
        }
    }

    private static func tell(_ trouble: Trouble, _ console: Console) -> ExitStatus {
        guard !console.isJSON else {
            console.noticeText(TerminalText.json(trouble.json.text) + "\n")
            return trouble.status
        }
        console.notice("\("specwright: ", .bad)\(trouble.what)")
        if let why = trouble.why { console.notice("  \(why)") }
        if let next = trouble.next { console.notice("  Next: \(next, .strong)") }
        return trouble.status
    }
}

/// The variables that decide how the program behaves.
enum Environment {
    private static let names = [
        "SPECWRIGHT_URL", "SPECWRIGHT_TOKEN", "SPECWRIGHT_TENANT", "SPECWRIGHT_CA_FILE", "XDG_CONFIG_HOME", "HOME",
        "NO_COLOR", "TERM",
    ]

    static func process() -> [String: String] {
        var result: [String: String] = [:]
        for name in names { result[name] = getenv(name).map { String(cString: $0) } }
        return result
    }
}
