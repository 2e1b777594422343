internal import APIClient
internal import Kernel

extension Command {
    static let login = Command(
        path: ["login"], summary: "sign in to a server with a token",
        details: [
            "The token comes from a file, from standard input, or is pasted without showing. It is checked, then kept "
                + "in a file that only you can read, and sent to that server alone."
        ],
        options: [
            Option(
                name: "token-file", value: "FILE", summary: "the file with the token; - is standard input",
                completes: .files)
        ],
        examples: [
            Example(words: "specwright login --server https://specwright.example.com", meaning: "paste the token"),
            Example(
                words: "specwright login --server http://127.0.0.1:8080 --token-file token.txt", meaning: "in a script"),
            Example(
                words: "specwright login --server https://other.example.com --profile work", meaning: "a second server"),
        ]
    ) { context in
        let console = context.console
        let server = try await LoginPlace.server(context)
        let token = try await context.secret(
            option: "token-file", question: "Token for \(server) (it does not show):", what: "login",
            example: "specwright login --server \(server) --token-file FILE")
        let bare = token.value.hasPrefix("Bearer ") ? Redacted(String(token.value.dropFirst(7))) : token
        guard bare.value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw Trouble(
                what: "That is not a token", why: "A token is one word of plain characters.",
                next: "Copy it again, all of it and nothing else.", status: .usage)
        }
        let tenant = context.words.value("tenant")
        let api = context.client(of: Session(server: server, token: bare, tenant: tenant, profile: nil))
        let me = try await api.me()
        var profiles = try Profiles(environment: context.environment)
        let name = context.words.value("profile") ?? profiles.profile(of: server)?.name ?? LoginPlace.name(of: server)
        try profiles.put(.init(name: name, server: server, token: bare, tenant: tenant))
        guard !console.isJSON else {
            console.data(["me": me, "server": .string(server.origin), "profile": .string(name)])
            return .done
        }
        console.say("Signed in to \(server) as \(Person.name(me), .strong), profile \(name).")
        console.notice(
            "Your token is kept in \(profiles.path), which only you can read. \("specwright logout", .strong) removes it."
        )
        if let end = TokenFacts(bare).expires { console.notice("It is good until \(Amounts.local(end.description)).") }
        return .done
    }
}

enum LoginPlace {
    static func server(_ context: Context) async throws -> ServerAddress {
        if let url = context.words.value("server") ?? context.environment.filled("SPECWRIGHT_URL") {
            return try Session.address(url)
        }
        let profiles = try Profiles(environment: context.environment)
        if let name = context.words.value("profile"), let profile = profiles[name] { return profile.server }
        if context.words.value("profile") == nil, let chosen = profiles.chosen { return chosen.server }
        guard context.console.isInteractive else {
            throw Trouble.needs("--server", for: "login", example: "specwright login --server URL --token-file FILE")
        }
        let typed = Context.trimmed(try await context.console.ask("The server's address:") ?? "")
        return try Session.address(typed)
    }

    /// The host and a port that is not the usual one.
    static func name(of server: ServerAddress) -> String {
        server.origin.split(separator: "/").last.map(String.init) ?? server.origin
    }
}

/// A person as they are called.
enum Person {
    static func name(_ me: JSON) -> String {
        me["name"]?.string ?? me["email"]?.string ?? me["subject"]?.string ?? "somebody"
    }
}

/// What a token says of itself; only the server decides whether it is true.
struct TokenFacts {
    private(set) var expires: Timestamp?

    init(_ token: Redacted<String>) {
        let parts = token.value.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Base64URL.decode(parts[1]), let claims = try? JSON(parsing: bytes),
            let seconds = claims["exp"]?.number, seconds > 0, seconds < 253_402_300_800
        else { return }
        expires = Timestamp(seconds: Int64(seconds))
    }
}
