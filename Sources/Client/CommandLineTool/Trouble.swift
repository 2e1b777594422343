internal import APIClient
internal import HTTPClient
internal import Kernel

/// An error as people get it: what happened, why, and the one thing to do next.
struct Trouble: Error {
    let what: String
    var why: String?
    /// A command to type, or a sentence.
    var next: String?
    var status: ExitStatus = .failed
    /// The problem as the server sent it.
    var problem: JSON?

    static func usage(_ what: String, next: String) -> Trouble {
        Trouble(what: what, next: next, status: .usage)
    }

    /// Something that would have been asked for at a terminal.
    static func needs(_ flag: String, for what: String, example: String) -> Trouble {
        Trouble(
            what: "\(what) needs \(flag)", why: "Nobody can be asked: this is not a terminal, or --no-input was given.",
            next: example, status: .usage)
    }

    /// For `--json`, on standard error.
    var json: JSON {
        var error: JSONObject = ["message": .string(what), "exit": .integer(Int64(status.rawValue))]
        if let why { error["reason"] = .string(why) }
        if let next { error["next"] = .string(next) }
        if let problem { error["problem"] = problem }
        return ["version": 1, "error": .object(error)]
    }
}

extension Trouble {
    /// - Parameter feature: the feature that the command was about.
    init(_ failure: APIFailure, server: ServerAddress, feature: String?) {
        switch failure {
        case .unreachable(let error):
            guard case .untrustedServer = error else {
                self.init(what: "\(server) cannot be reached", why: "\(error)", next: "specwright doctor")
                return
            }
            self.init(
                what: "\(server) has a certificate that is not trusted here",
                why: "For a server with a certificate of your own authority, name its file.",
                next: "export SPECWRIGHT_CA_FILE=/path/to/authority.pem")
        case .notUnderstood(let what):
            self.init(
                what: "\(server) does not answer like Specwright", why: what, next: "specwright doctor")
        case .refused(let problem): self.init(problem, server: server, feature: feature)
        }
    }

    private init(_ problem: APIProblem, server: ServerAddress, feature: String?) {
        let feature = feature ?? "FEATURE"
        var why = problem.detail
        if problem.status >= 500, let id = problem.requestID { why += " (request \(id))" }
        var status = ExitStatus.failed
        let next: String?
        switch (problem.status, problem.code) {
        case (401, _):
            status = .signIn
            next = "specwright login --server \(server)"
        case (403, _): next = "specwright whoami"
        case (404, _): next = "specwright list"
        case (409, "no-provider-key"): next = "specwright keys add --provider anthropic --label NAME"
        case (409, "wrong-status"):
            let actions = problem.json["allowed_actions"]?.array?.compactMap(\.string) ?? []
            next = "specwright \(Self.command(among: actions)) \(feature)"
        case (409, "answer-in-progress"): next = "specwright chat \(feature) --history"
        case (409, _), (412, _): next = "specwright status \(feature)"
        case (429, _), (503, _):
            next = problem.retryAfter.map { "Try again in \($0) s." } ?? "Try again in a moment."
        default: next = problem.status >= 500 ? "specwright doctor" : nil
        }
        self.init(what: problem.title, why: why, next: next, status: status, problem: problem.json)
    }

    /// The action that a person most likely wants, of those that are possible.
    private static func command(among actions: [String]) -> String {
        ["approve", "confirm", "retry", "resume", "download"].first { actions.contains($0) } ?? "status"
    }
}
