/// What the program's exit status means; documented in `docs/cli.md`.
enum ExitStatus: Int32, Sendable, CaseIterable {
    case done = 0
    case failed = 1
    case usage = 2
    case signIn = 4
    /// It waits for a person: at a gate, with a brief to confirm, paused, or for a key.
    case waits = 8
    case budget = 9
    case interrupted = 130

    var meaning: String {
        switch self {
        case .done: "done"
        case .failed: "it failed, or the server refused"
        case .usage: "the command line was wrong"
        case .signIn: "sign in first"
        case .waits: "it waits for you: at a gate, with a brief to confirm, paused, or for a key"
        case .budget: "a budget is short"
        case .interrupted: "interrupted; what the server does goes on"
        }
    }
}
