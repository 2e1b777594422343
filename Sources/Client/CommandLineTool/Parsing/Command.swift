/// What a command takes, does, and says of itself: its help, its page in the manual and its completion come from here.
struct Command: Sendable {
    struct Example: Sendable {
        let words: String
        let meaning: String
    }

    /// Its words, as `["keys", "add"]`.
    let path: [String]
    let summary: String
    /// Paragraphs for its help.
    var details: [String] = []
    var operands: [Operand] = []
    var options: [Option] = []
    let examples: [Example]
    let run: @Sendable (Context) async throws -> ExitStatus

    var name: String { path.joined(separator: " ") }

    func option(_ name: String) -> Option? { (options + Option.common).first { $0.name == name } }

    func option(short: Character) -> Option? { (options + Option.common).first { $0.short == short } }

    /// As `specwright show FEATURE WHAT [options]`.
    var synopsis: String {
        (["specwright"] + path + operands.map(\.synopsis) + ["[options]"]).joined(separator: " ")
    }
}

/// A word that stands for itself.
struct Operand: Sendable {
    enum Need: Sendable { case required, optional }

    let name: String
    let summary: String
    var need = Need.required
    var choices: [String] = []
    var completes = Completes.nothing

    var synopsis: String { need == .required ? name : "[\(name)]" }

    static let feature = Operand(
        name: "FEATURE", summary: "the feature's id, its beginning, or \"latest\"", completes: .features)
}

/// A word that begins with `--`.
struct Option: Sendable {
    let name: String
    var short: Character?
    /// What its value is called; `nil` for a switch.
    var value: String?
    let summary: String
    var choices: [String] = []
    /// Whether it may be given more than once.
    var repeats = false
    var completes = Completes.nothing

    /// As `-f, --file FILE`.
    var synopsis: String {
        (short.map { "-\($0), " } ?? "") + "--\(name)" + (value.map { " \($0)" } ?? "")
    }

    /// What every command takes.
    static let common: [Option] = [
        Option(name: "json", summary: "data as JSON on standard output, notices and errors on standard error"),
        Option(name: "server", value: "URL", summary: "the server to talk to", completes: .nothing),
        Option(name: "profile", value: "NAME", summary: "the profile to use", completes: .profiles),
        Option(name: "tenant", value: "ID", summary: "the team to act in", completes: .teams),
        Option(name: "accessible", summary: "plain lines only: nothing moves or is drawn over, no colours"),
        Option(name: "no-input", summary: "never ask; what would be asked is an error that names the option"),
        Option(name: "help", short: "h", summary: "show this help"),
    ]

    static let revision = Option(
        name: "revision", value: "N", summary: "the revision that you have seen; another is refused")
    static let ifMatch = Option(
        name: "if-match", value: "VERSION",
        summary: "the version that you have seen, as status shows it; another is refused")
    static let yes = Option(name: "yes", short: "y", summary: "do not ask")
    static let watch = Option(name: "watch", short: "w", summary: "follow what comes of it")
}

/// What the shell offers for a word.
enum Completes: Sendable {
    case nothing
    case features
    case keys
    case tokens
    case teams
    case files
    case profiles
}
