internal import APIClient
internal import Kernel

extension Command {
    static let tokensList = Command(
        path: ["tokens", "list"], summary: "your API tokens, without the tokens themselves",
        examples: [Example(words: "specwright tokens list", meaning: "what each may do, and when it was last used")]
    ) { context in
        let tokens = try await context.api().tokens()
        guard !context.console.isJSON else {
            context.console.data(["tokens": .array(tokens)])
            return .done
        }
        guard !tokens.isEmpty else {
            context.console.notice(
                "There is none. Next: \("specwright tokens create --name NAME --scopes read", .strong)")
            return .done
        }
        var table = Table("id", "name", "begins", "may", "until", "last used")
        for token in tokens {
            table.add([
                Line(token["id"]?.string ?? ""), Line(token["name"]?.string ?? ""), Line(token["hint"]?.string ?? ""),
                Line((token["scopes"]?.array ?? []).compactMap(\.string).joined(separator: ",")),
                Line(token["expires_at"]?.string.map { Amounts.local($0) } ?? "revoked"),
                Line(token["last_used_at"]?.string.map { Amounts.local($0) } ?? "never"),
            ])
        }
        context.console.say(table.lines())
        return .done
    }

    static let tokensCreate = Command(
        path: ["tokens", "create"], summary: "make an API token for a program; it is told once",
        details: [
            "The token is alone on standard output, or goes to a file that only you can read. It is for the team that the "
                + "command acts in, and never may more than you."
        ],
        options: [
            Option(name: "name", value: "TEXT", summary: "what it is for"),
            Option(
                name: "scopes", value: "LIST", summary: "what it may, with commas: read, build, approve, keys, admin"),
            Option(name: "days", value: "N", summary: "how long it is good; until it is revoked unless given"),
            Option(
                name: "output", short: "o", value: "FILE", summary: "write it to a new file for your eyes only",
                completes: .files),
        ],
        examples: [
            Example(
                words: "specwright tokens create --name CI --scopes read,build --days 90 -o ci.token",
                meaning: "to a file"),
            Example(words: "specwright tokens create --name CI --scopes read | store-secret", meaning: "to a program"),
        ]
    ) { context in
        let (words, console) = (context.words, context.console)
        guard let name = words.value("name"), let list = words.value("scopes") else {
            throw Trouble(what: "tokens create needs --name and --scopes", status: .usage)
        }
        let days = try words.count("days")
        guard days ?? 1 <= 3_650 else {
            throw Trouble(what: "--days must be at most 3650", why: "Ten years.", status: .usage)
        }
        // Before the token is made: it could not be told again.
        if let path = words.value("output"), LocalFile.exists(path) {
            throw Trouble(
                what: "There is a file \(path) already", why: "No token was made.", next: "Name another with -o FILE.")
        }
        let scopes = list.split(separator: ",").map { JSON.string(Context.trimmed(String($0))) }
        var body: JSONObject = ["name": .string(name), "scopes": .array(scopes)]
        if let days { body["expires_at"] = .string((Timestamp.now + .seconds(days * 86_400)).description) }
        let made = try await context.api().createToken(body)
        guard let token = made["token"]?.string else {
            throw Trouble(
                what: "The token was made, but its answer was lost on the way", why: "It is never told again.",
                next: "specwright tokens revoke \(made["id"]?.string ?? ""), then make another")
        }
        var told = made.object ?? [:]
        if let path = words.value("output") {
            try keep(token, in: path, id: made["id"]?.string ?? "")
            told["token"] = nil
            told["file"] = .string(path)
        }
        if console.isJSON {
            console.data(["token": .object(told)])
        } else if let path = words.value("output") {
            console.say("The token is in \(path, .strong), which only you can read.")
        } else {
            console.say("\(token)")
            console.notice(
                "It is told this once. \("specwright tokens revoke \(made["id"]?.string ?? "")", .strong) ends it.")
        }
        return .done
    }

    static let tokensRevoke = Command(
        path: ["tokens", "revoke"], summary: "end an API token, at once and everywhere",
        operands: [Operand(name: "TOKEN", summary: "the token's id", completes: .tokens)], options: [.yes],
        examples: [Example(words: "specwright tokens revoke TOKEN --yes", meaning: "without a question")]
    ) { context in
        let id = context.words.operand("TOKEN") ?? ""
        let api = try context.api()
        guard try await context.agreed("Revoke the token \(id)?", what: "tokens revoke") else { return .failed }
        try await api.revokeToken(id)
        if context.console.isJSON {
            context.console.data(["revoked": .string(id)])
        } else {
            context.console.say("Revoked.")
        }
        return .done
    }

    private static func keep(_ token: String, in path: String, id: String) throws {
        do {
            var file = try AtomicFile(path, mode: 0o600)
            try file.write(Array("\(token)\n".utf8))
            try file.finish(replaces: false)
        } catch {
            throw Trouble(
                what: "The token cannot be kept in \(path)", why: error.reason,
                next: "specwright tokens revoke \(id) --yes, then make another")
        }
    }
}
